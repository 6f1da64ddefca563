import type { Problem } from "#contest/problem.ts";
import type { ModelFacts } from "#contest/report.ts";
import { INVALID_OUTPUT } from "#contest/verdict.ts";
import type { Context } from "#evaluator/context.ts";
import { type Measured, measureRows } from "#evaluator/measure.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { recordAdmission } from "#evaluator/record-admission.ts";
import { PlatformFault, runJob } from "#evaluator/run-job.ts";
import { putBytes } from "#store/artifacts.ts";
import type { Submission } from "#store/generated/client.ts";

export type Refused = { refused: Problem[]; ran: boolean };

/** What `admit` needs of the job that runs it. */
export interface Step {
  signal?: AbortSignal;
  progress(stage: string, done: number, total: number): void;
}

/**
 * Takes an uploaded model in: the static gate and a first inference, in the sandbox; its clean accuracy and the
 * holdout's; then the Defense, in one transaction. Returns null when done, or why it is refused.
 */
export async function admitDefense(
  context: Context,
  challenge: LoadedChallenge,
  submission: Submission,
  step: Step,
): Promise<Refused | null> {
  step.progress("checking the model", 0, 1);
  const read = await readModel(context, challenge, submission, step);
  if ("refused" in read) return read;
  const { facts, modelSha } = read;
  const twin = await context.db.defense.findFirst({
    where: { challengeId: challenge.row.id, modelSha, id: { not: submission.id } },
    select: { id: true },
  });
  if (twin) return { refused: [duplicate(twin.id)], ran: false };

  const { points, labels, holdout } = challenge;
  const rows = new Float32Array(points.length + holdout.x.length);
  rows.set(points);
  rows.set(holdout.x, points.length);
  const noiseNames = [...labels.keys().map((i) => `point:${i}`), ...holdout.labels.keys().map((i) => `holdout:${i}`)];
  const subject = { modelSha, draws: facts.randomOps > 0 ? challenge.file.draws : 1 };
  const measured = await measureRows(
    context,
    challenge,
    subject,
    { rows, noiseNames },
    {
      signal: step.signal,
      onProgress: (done, total) => step.progress("measuring clean accuracy", done, total),
    },
  );
  const problem = unfit(measured, labels.length);
  if (problem) return { refused: [problem], ran: true };
  await recordAdmission(context, challenge, submission, { facts, modelSha, measured });
  return null;
}

async function readModel(
  context: Context,
  challenge: LoadedChallenge,
  submission: Submission,
  step: Step,
): Promise<Refused | { facts: ModelFacts; modelSha: string }> {
  const { budgets } = context;
  let problems: Problem[] | null = null;
  let model: { facts: ModelFacts; bytes: Uint8Array } | null = null;
  let ready = false;
  const result = await runJob(context, {
    job: {
      kind: "admit",
      shape: challenge.arena.shape,
      classes: challenge.arena.classes,
      side: submission.sideSha !== null,
      maxBytes: budgets.maxModelBytes,
      maxFlops: budgets.maxFlops,
    },
    files: {
      upload: { artifact: submission.uploadSha },
      ...(submission.sideSha && { side: { artifact: submission.sideSha } }),
    },
    wallMs: budgets.admitMs,
    outputBytes: budgets.maxModelBytes + 2 ** 21,
    onReport(report, bytes) {
      if (report.type === "problems") problems = report.problems;
      if (report.type === "model") model = { facts: report.facts, bytes };
      if (report.type === "ready") ready = true;
    },
    signal: step.signal,
  });
  if (problems) return { refused: problems, ran: ready };
  if (!result.finished || !model) return { refused: [died(result.outcome.kind, ready)], ran: ready };
  const { facts, bytes } = model as { facts: ModelFacts; bytes: Uint8Array };
  const { sha256 } = await putBytes(bytes);
  return { facts, modelSha: sha256 };
}

/** A runner that died before ONNX Runtime was started met a file that our own code cannot bear: that is our fault. */
function died(kind: string, ready: boolean): Problem {
  if (!ready && kind === "crashed") throw new PlatformFault("the runner crashed while it read a model");
  const slow = kind === "timeout" || kind === "cpu";
  return slow
    ? {
        code: "model-too-slow",
        message: "The model took too long on its first inputs.",
        fix: "Use a smaller model: the static limit is 5 GFLOP an input, and a run may not stall.",
      }
    : {
        code: kind === "memory" ? "model-out-of-memory" : "model-crashed",
        message:
          kind === "memory"
            ? "The model needed more memory than a sandbox has."
            : "ONNX Runtime crashed while it loaded or first ran the model.",
        fix: "Run it with onnxruntime 1.30 on the CPU, graph optimisation level basic, on a batch of zeros.",
      };
}

function duplicate(id: string): Problem {
  return {
    code: "duplicate-model",
    message: "This model has been submitted to this challenge before.",
    found: `the same graph and weights as defense ${id}`,
    fix: "Nothing to do: its results are on that defense's page.",
  };
}

/** Why a measured model cannot be a defense; null when it can. */
function unfit(measured: Measured, points: number): Problem | null {
  if (measured.unstable) {
    const { row, by } = measured.unstable;
    return {
      code: "batch-dependent",
      message:
        "The model's answers depend on more than the input: the same input gave other logits alone than in a batch.",
      where: row < points ? `point ${row}` : "an input of the holdout",
      expected: "the same logits whatever the neighbours and whenever asked",
      found: `logits that differ by ${by.toPrecision(3)} of their size`,
      fix: "Look for statistics over the batch (BatchNormalization in training mode, reductions or sorting over axis 0).",
    };
  }
  if (measured.ended === "timeout" || measured.ended === "cpu")
    return {
      code: "model-too-slow",
      message: "The model ran out of time on the clean points.",
      fix: "Use a smaller model: every attack that it meets is measured within the same time an input.",
    };
  if (measured.answers.subarray(0, points).every((answer) => answer === INVALID_OUTPUT)) {
    const fault = measured.faults[0];
    return {
      code: measured.ended ? "model-crashed" : "no-valid-answer",
      message: "The model gave no valid answer on any clean point.",
      expected: "finite float32 logits or probabilities [N, classes]",
      found: fault
        ? `${fault.code}: ${fault.message}`.slice(0, 300)
        : measured.ended
          ? `the run ended by ${measured.ended}`
          : "NaN or infinity",
      fix: "Run the exported file with onnxruntime on the challenge's points before you submit it.",
    };
  }
  return null;
}
