import "server-only";
import { ChallengeFile } from "#contest/challenge.ts";
import { uint32 } from "#data/evaluation.ts";
import { openGallery } from "#data/gallery.ts";
import { type HouseExamples, pointsOf, seesAll } from "#data/house-examples.ts";
import { notFound, type Outcome, refuse } from "#data/outcome.ts";
import type { Viewer } from "#data/viewer.ts";
import { readArtifact } from "#store/artifacts.ts";
import { database } from "#store/database.ts";

/**
 * The admissible examples of one evaluation, as the defense was asked them, for whoever may see all of them (rule 10): an
 * attack's, or those of one stage of the gauntlet. `index` ascends.
 */
export async function evaluationExamples(viewer: Viewer | null, id: string): Promise<Outcome<HouseExamples>> {
  if (!/^[0-9]{1,18}$/.test(id)) return notFound("evaluation");
  const row = await database().evaluation.findUnique({
    where: { id: BigInt(id) },
    include: { defense: { select: { personId: true, origin: true, challenge: true } }, attack: true },
  });
  if (!row) return notFound("evaluation");
  const { defense, attack, answers, examplesSha } = row;
  if (examplesSha === null)
    return refuse(404, {
      code: "no-examples",
      message: "This evaluation measured no examples: of the clean points, of the holdout, or a stage that found none.",
    });
  const open = attack ? (await openGallery(viewer, attack.id))?.all : seesAll(viewer, defense);
  if (!open)
    return refuse(403, {
      code: "examples-closed",
      message: "These examples are for their author, until the challenge reveals all of them.",
      ...(defense.challenge.revealsAt && { expected: `a request after ${defense.challenge.revealsAt.toISOString()}` }),
    });
  const points = attack ? [...uint32(attack.points)] : pointsOf(answers!);
  const bytes = new Uint8Array(await readArtifact(examplesSha));
  return {
    ok: true,
    shape: [points.length, ...ChallengeFile.parse(defense.challenge.config).data.shape],
    x: new Float32Array(bytes.buffer),
    index: BigInt64Array.from(points, BigInt),
  };
}
