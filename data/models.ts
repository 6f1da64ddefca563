import "server-only";
import type { Readable } from "node:stream";
import { notFound, type Outcome, refuse } from "#data/outcome.ts";
import { isOrganizer, type Viewer } from "#data/viewer.ts";
import { artifactBytes, streamArtifact } from "#store/artifacts.ts";
import { database } from "#store/database.ts";
import type { Challenge, Defense } from "#store/generated/client.ts";

type Owned = Pick<Defense, "personId" | "origin"> & { challenge: Pick<Challenge, "revealsAt" | "organizerId"> };

/**
 * Whether the viewer may download the model: baselines always; a participant's from the moment that it is admitted,
 * unless the challenge has a reveal date that is still ahead; its author and the challenge's organizers always.
 */
export function modelIsOpen(viewer: Viewer | null, defense: Owned, now = new Date()): boolean {
  if (defense.origin === "baseline" || viewer?.id === defense.personId) return true;
  const { revealsAt } = defense.challenge;
  return revealsAt === null || revealsAt <= now || isOrganizer(viewer, defense.challenge);
}

/** A defense's canonical model, as it is evaluated. */
export async function openModel(
  viewer: Viewer | null,
  defenseId: string,
): Promise<Outcome<{ sha256: string; bytes: number; name: string; stream: () => Readable }>> {
  const defense = await database().defense.findUnique({
    where: { id: defenseId.slice(0, 40) },
    include: { challenge: true },
  });
  if (!defense) return notFound("defense");
  if (!modelIsOpen(viewer, defense))
    return refuse(403, {
      code: "model-not-public-yet",
      message: `This model becomes public at ${defense.challenge.revealsAt!.toISOString()}.`,
    });
  const { modelSha } = defense;
  return {
    ok: true,
    sha256: modelSha,
    bytes: await artifactBytes(modelSha),
    name: `${defenseId}.onnx`,
    stream: () => streamArtifact(modelSha),
  };
}
