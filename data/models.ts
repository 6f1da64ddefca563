import "server-only";
import type { Readable } from "node:stream";
import { ChallengeFile } from "#contest/challenge.ts";
import { notFound, type Outcome, refuse } from "#data/outcome.ts";
import { isOrganizer, type Viewer } from "#data/viewer.ts";
import { openArtifact, signedAddress } from "#store/artifacts.ts";
import { database } from "#store/database.ts";
import type { Challenge, Defense } from "#store/generated/client.ts";

type Owned = Pick<Defense, "personId" | "origin"> & {
  challenge: Pick<Challenge, "revealsAt" | "organizerId" | "config">;
};

/**
 * Whether the viewer may download the model: baselines always; a participant's from the moment that it is admitted,
 * unless the challenge has a reveal date that is still ahead; its author and the challenge's organizers always. Where
 * models are there to be asked, baselines are closed too, and without a reveal date they all are for good.
 */
export function modelIsOpen(viewer: Viewer | null, defense: Owned, now = new Date()): boolean {
  const { revealsAt, config } = defense.challenge;
  const asked = ChallengeFile.parse(config).queries !== null;
  if (viewer?.id === defense.personId || (defense.origin === "baseline" && !asked)) return true;
  if (isOrganizer(viewer, defense.challenge)) return true;
  return revealsAt === null ? !asked : revealsAt <= now;
}

/** The bytes of a model, one way or the other: where the bucket gives them, or the site's own stream. */
type ModelBytes = { address: string } | { bytes: number; stream: Readable };

/** A defense's canonical model, as it is evaluated. `give` is asked once, and only if the model is to be sent. */
export async function openModel(
  viewer: Viewer | null,
  defenseId: string,
): Promise<Outcome<{ sha256: string; name: string; give: () => Promise<ModelBytes> }>> {
  const defense = await database().defense.findUnique({
    where: { id: defenseId.slice(0, 40) },
    include: { challenge: true },
  });
  if (!defense) return notFound("defense");
  const { revealsAt } = defense.challenge;
  if (!modelIsOpen(viewer, defense))
    return refuse(403, {
      code: "model-not-public-yet",
      message: revealsAt
        ? `This model becomes public at ${revealsAt.toISOString()}.`
        : "Models of this challenge stay closed: they are there to be asked.",
      ...(!revealsAt && { fix: `POST /api/v1/defenses/${defense.id}/queries` }),
    });
  const { modelSha: sha256 } = defense;
  const name = `${defenseId}.onnx`;
  return { ok: true, sha256, name, give: () => give(sha256, name) };
}

async function give(sha256: string, name: string): Promise<ModelBytes> {
  const address = await signedAddress(sha256, name);
  if (address !== null) return { address };
  const file = await openArtifact(sha256);
  const { size } = await file.stat();
  return { bytes: size, stream: file.createReadStream({ start: 0 }) };
}
