import { popcount } from "#contest/bits.ts";
import { wilson } from "#contest/interval.ts";
import type { Problem } from "#contest/problem.ts";
import type { ModelFacts } from "#contest/report.ts";
import { levelOf } from "#contest/standing.ts";
import { DefenseForm } from "#contest/submission.ts";
import { judge } from "#contest/verdict.ts";
import { bytesOf, type Provenance, provenance } from "#evaluator/columns.ts";
import type { Context } from "#evaluator/context.ts";
import type { Measured } from "#evaluator/measure.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { clock } from "#store/database.ts";
import type { Prisma, Submission } from "#store/generated/client.ts";

interface Admission {
  facts: ModelFacts;
  modelSha: string;
  measured: Measured;
}

/** Makes the Defense with its clean and holdout evaluations and the first rows of its record, all or nothing. */
export async function recordAdmission(
  context: Context,
  challenge: LoadedChallenge,
  submission: Submission,
  { facts, modelSha, measured }: Admission,
): Promise<void> {
  const form = DefenseForm.omit({ name: true }).parse(submission.form);
  const { clean, holdout, answers } = splitClean(challenge, measured);
  const n = challenge.labels.length;
  const standing = popcount(clean.bits);
  const refuted = wilson(standing, n)[1] < form.claim;
  const from: Provenance = provenance(context, challenge, modelSha, measured);
  const history = { challengeId: challenge.row.id, defenseId: submission.id, evaluatorVersion: EVALUATOR_VERSION };
  await context.db.$transaction(async (tx) => {
    const now = await clock(tx);
    await tx.defense.create({
      data: {
        id: submission.id,
        challengeId: challenge.row.id,
        personId: submission.personId,
        origin: submission.origin,
        name: submission.name,
        claim: form.claim,
        facts: facts as Prisma.InputJsonValue,
        modelSha,
        randomised: facts.randomOps > 0,
        n,
        cleanBits: clean.bits,
        clean: standing,
        holdoutN: challenge.holdout.labels.length,
        holdoutRight: holdout.right,
        standingBits: clean.bits,
        standing,
        level: levelOf(standing / n, challenge.file.thresholds),
        claimRefutedAt: refuted ? now : null,
        receivedAt: submission.receivedAt,
        admittedAt: now,
      },
    });
    await tx.evaluation.createMany({
      data: [
        {
          ...from,
          ...counts(clean),
          kind: "clean",
          subject: "clean",
          bits: clean.bits,
          answers: bytesOf(answers),
          standingBefore: n,
          standingAfter: standing,
          taken: n - standing,
        },
        { ...from, ...counts(holdout), kind: "holdout", subject: "holdout" },
      ].map((row) => ({ ...row, defenseId: submission.id }) as Prisma.EvaluationCreateManyInput),
    });
    await tx.historyRecord.createMany({
      data: [
        { ...history, kind: "claimed", at: submission.receivedAt, detail: { claim: form.claim } },
        { ...history, kind: "admitted", at: now, standingBefore: n, standingAfter: standing },
        ...(refuted ? [{ ...history, kind: "claim_refuted" as const, at: now, standingAfter: standing }] : []),
      ],
    });
    await tx.submission.update({
      where: { id: submission.id },
      data: { contentSha: modelSha, attempt: "spent", ...hints(challenge, standing / n) },
    });
  });
}

function counts(judged: { attacked: number; broken: number; invalid: number }) {
  return { attacked: judged.attacked, broken: judged.broken, invalid: judged.invalid };
}

/** How far below the minimum a clean accuracy is no longer a weak model but a wrong input. */
const FAR_BELOW = 0.2;

/** What the author of an admitted defense should know; shown with the result, as problems are. */
function hints(challenge: LoadedChallenge, accuracy: number): { problems?: Prisma.InputJsonValue } {
  const { minimumCleanAccuracy, data } = challenge.file;
  if (accuracy > minimumCleanAccuracy - FAR_BELOW) return {};
  const problem: Problem = {
    code: "clean-accuracy-far-below-minimum",
    message: "The clean accuracy is far below the challenge's minimum; the usual reason is normalisation.",
    expected: `at least ${minimumCleanAccuracy}`,
    found: accuracy.toFixed(4),
    fix: `Inputs come as they are, in [${data.range.join(", ")}]: put the normalisation of your training (mean, deviation) into the exported model. Check the order of channels and classes too.`,
  };
  return { problems: [problem] };
}

/** Judges a measurement of the points followed by the holdout. Nothing leaves a holdout job but whole percents (rule 9). */
function splitClean(challenge: LoadedChallenge, measured: Measured) {
  const n = challenge.labels.length;
  const everywhere = () => true;
  const answers = measured.answers.slice(0, n);
  const holdout = judge(measured.answers.slice(n), challenge.holdout.labels, everywhere);
  const percent = Math.round((100 * (holdout.attacked - holdout.broken)) / holdout.attacked);
  const right = Math.round((percent / 100) * holdout.attacked);
  return {
    answers,
    clean: judge(answers, challenge.labels, everywhere),
    holdout: { right, attacked: holdout.attacked, broken: holdout.attacked - right, invalid: 0 },
  };
}
