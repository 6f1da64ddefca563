import { createHash, createHmac } from "node:crypto";
import { clock } from "#store/database.ts";
import type { PrismaClient } from "#store/generated/client.ts";

/** The seed of the noise that randomised models of a challenge meet, hex: from the installation's secret, public after the close. */
export function challengeSeed(secret: Buffer, slug: string): string {
  return createHmac("sha256", secret).update(`seed:${slug}`).digest("hex");
}

/** Rule 6: 16 bytes that key the noise of one row, from the seed, the defense and the point, and nothing of the attack. */
export function noiseKey(seed: string, modelSha: string, name: string): Buffer {
  return createHmac("sha256", Buffer.from(seed, "hex")).update(`noise:${modelSha}:${name}`).digest().subarray(0, 16);
}

/** What the random streams of a search follow from: of the gauntlet, of the curve, of the gauntlet on the holdout. */
export type Search = "house" | "curve" | "holdout-gauntlet";

/** 16 bytes, hex, of all random streams of a search on a model: the same for every run, so that what is run again finds the same. */
export function searchSeed(secret: Buffer, search: Search, modelSha: string): string {
  return createHmac("sha256", secret).update(`${search}:${modelSha}`).digest("hex").slice(0, 32);
}

/** What orders a challenge's holdout, hex: its first inputs are the ones that the gauntlet attacks. */
export function holdoutOrder(secret: Buffer, slug: string): string {
  return createHmac("sha256", secret).update(`holdout-gauntlet:${slug}`).digest("hex");
}

/** Publishes the hash of every challenge's seed, and the seed of those that have closed by `at`, or by the database's clock. */
export async function publishSeeds(db: PrismaClient, secret: Buffer, at?: Date): Promise<void> {
  const now = at ?? (await clock(db));
  const open = { OR: [{ seedHash: null }, { seed: null, closesAt: { lte: now } }] };
  for (const { id, slug, closesAt } of await db.challenge.findMany({ where: open })) {
    const seed = challengeSeed(secret, slug);
    const seedHash = createHash("sha256").update(Buffer.from(seed, "hex")).digest("hex");
    await db.challenge.update({
      where: { id },
      data: { seedHash, ...(closesAt !== null && closesAt <= now && { seed }) },
    });
  }
}
