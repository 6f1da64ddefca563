import { and, getBit, popcount } from "#contest/bits.ts";
import type { HouseDetail, Stage } from "#contest/gauntlet.ts";
import { judge, NOT_ATTACKED } from "#contest/verdict.ts";
import { bytesOf, type Provenance } from "#evaluator/columns.ts";
import type { Context } from "#evaluator/context.ts";
import { creditHouse } from "#evaluator/credit.ts";
import { describeDistances } from "#evaluator/distances.ts";
import { fall } from "#evaluator/fall.ts";
import { tallyStage } from "#evaluator/house-score.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { lockDefense } from "#evaluator/record-attack.ts";
import type { JudgedStage } from "#evaluator/run-stages.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { putBytes } from "#store/artifacts.ts";
import type { Defense, Prisma } from "#store/generated/client.ts";

/** `ended`: how the runner died in a part of it. */
type Recorded = JudgedStage & { ended?: string | null };

/**
 * Records a stage of the gauntlet on one defense, in one transaction under its row lock: the evaluation, of kind house,
 * with its examples as an artifact; the standing's one AND; breaks. A second call for the same stage changes nothing.
 */
export async function recordStage(
  context: Context,
  challenge: LoadedChallenge,
  { id, modelSha }: Pick<Defense, "id" | "modelSha">,
  { report, judged, points, seed, ended = null }: Recorded,
): Promise<void> {
  const { measured } = judged;
  const answers = new Uint16Array(challenge.labels.length).fill(NOT_ATTACKED);
  for (const [i, point] of points.entries()) answers[point] = measured!.answers[i]!;
  const examples = points.length > 0 ? await putBytes(new Uint8Array(judged.examples.slice().buffer)) : null;
  const { stage, found, gradients, forwards, seconds, attacked, provider } = report;
  const detail: HouseDetail = { stage, found, gradients, forwards, ended, ...(provider && { provider }) };
  await context.db.$transaction(async (tx) => {
    const defense = await lockDefense(tx, id);
    const verdict = judge(answers, challenge.labels, (point) => getBit(defense.cleanBits!, point));
    const after = and(defense.standingBits!, verdict.bits);
    const standingAfter = popcount(after);
    const taken = defense.standing - standingAfter;
    const [inserted] = await tx.evaluation.createManyAndReturn({
      data: [
        {
          ...provenanceOf(context, challenge, modelSha, { seconds, seed, crashed: measured?.crashed ?? 0 }),
          ...{ ortVersion: measured?.ort ?? report.ort, provider: measured?.provider ?? "cpu" },
          ...{ defenseId: id, kind: "house", subject: stage.id, detail },
          ...{ bits: verdict.bits, answers: bytesOf(answers), invalid: verdict.invalid },
          ...{ attacked, broken: verdict.broken, taken, standingBefore: defense.standing, standingAfter },
          ...(points.length > 0 && {
            distances: describeDistances(judged.distances, challenge.arena) as unknown as Prisma.InputJsonValue,
          }),
          examplesSha: examples?.sha256 ?? null,
        },
      ],
      skipDuplicates: true,
      select: { id: true },
    });
    if (!inserted) return;
    const taker = { attack: null, subject: stage.id, evaluation: inserted.id };
    await fall(tx, challenge, defense, taker, { after, standingAfter, taken });
    if (verdict.broken > 0) await creditHouse(tx, defense);
    const queries = Math.round(gradients + forwards);
    await tallyStage(tx, defense, stage, { attacked, broken: verdict.broken, queries });
  });
}

/** Records a stage in which the runner died, as one that found nothing and how it ended. */
export async function recordEnded(
  context: Context,
  challenge: LoadedChallenge,
  defense: Defense,
  stage: Stage,
  ended: string,
): Promise<void> {
  const { id, modelSha, standing } = defense;
  const detail: HouseDetail = { stage, found: 0, gradients: 0, forwards: 0, ended };
  await context.db.$transaction(async (tx) => {
    const inserted = await tx.evaluation.createMany({
      data: [
        {
          ...provenanceOf(context, challenge, modelSha, { seconds: 0, seed: "", crashed: 0 }),
          ...{ ortVersion: "", provider: "cpu", defenseId: id, kind: "house", subject: stage.id, detail },
          ...{ attacked: 0, broken: 0, taken: 0, standingBefore: standing, standingAfter: standing },
        },
      ],
      skipDuplicates: true,
    });
    if (inserted.count > 0) await tallyStage(tx, defense, stage, { attacked: 0, broken: 0, queries: 0 });
  });
}

function provenanceOf(
  context: Context,
  challenge: LoadedChallenge,
  modelSha: string,
  run: Pick<Provenance, "seconds" | "seed" | "crashed">,
): Omit<Provenance, "ortVersion" | "provider"> {
  return {
    ...{ challengeId: challenge.row.id, evaluatorVersion: EVALUATOR_VERSION, cpu: context.cpu },
    ...{ modelSha, pointsSha: challenge.row.pointsSha, ...run },
  };
}
