import { createHash } from "node:crypto";
import { croissant } from "#components/challenge/dataset.ts";
import { siteAddress } from "#data/site.ts";

/** Size and SHA-256 (hex) of a challenge's points.npz. */
export function fileOf(archive: Uint8Array): { bytes: number; sha256: string } {
  return { bytes: archive.length, sha256: createHash("sha256").update(archive).digest("hex") };
}

/** A challenge's points as Croissant, in JSON-LD. */
export function croissantText(challenge: Parameters<typeof croissant>[1], file: ReturnType<typeof fileOf>): string {
  return `${JSON.stringify(croissant(siteAddress(), challenge, file), null, 2)}\n`;
}
