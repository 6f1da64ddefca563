import { Ended, EXIT } from "#commands/gauntlet/exit.ts";
import { describeProblem } from "#commands/gauntlet/words.ts";
import type { Arena } from "#contest/challenge.ts";
import type { AdmitJob } from "#contest/job.ts";
import type { Problem } from "#contest/problem.ts";
import type { ModelFacts } from "#contest/report.ts";
import type { RunContext } from "#evaluator/context.ts";
import { runJob } from "#evaluator/run-job.ts";
import { putBytes } from "#store/artifacts.ts";

/** A model file, and what is to be put in front of it. */
interface Uploaded {
  bytes: Uint8Array;
  side?: Uint8Array | undefined;
  mean?: number[];
  std?: number[];
}

/**
 * Takes a model in as the evaluator does, in the sandbox, and keeps its canonical form among the artifacts. Throws Ended
 * with every problem where the gate refuses it.
 */
export async function admitted(
  context: RunContext,
  arena: Arena,
  { bytes, side, mean, std }: Uploaded,
  signal: AbortSignal,
): Promise<{ facts: ModelFacts; modelSha: string }> {
  const { budgets } = context;
  const problems: Problem[] = [];
  let model: { facts: ModelFacts; bytes: Uint8Array } | undefined;
  const job: AdmitJob = {
    ...{ kind: "admit", shape: arena.shape, classes: arena.classes, side: side !== undefined },
    ...{ maxBytes: budgets.maxModelBytes, maxFlops: budgets.maxFlops },
    ...((mean || std) && { normalise: { mean: mean ?? [0], std: std ?? [1] } }),
  };
  const ran = await runJob(context, {
    ...{ job, wallMs: budgets.admitMs, outputBytes: budgets.maxModelBytes + 2 ** 21, signal },
    files: { upload: { bytes }, ...(side && { side: { bytes: side } }) },
    onReport(report, content) {
      if (report.type === "problems") problems.push(...report.problems);
      if (report.type === "model") model = { facts: report.facts, bytes: content };
    },
  });
  if (problems.length > 0) throw new Ended(EXIT.rejected, problems[0]!.code, problems.map(describeProblem).join("\n"));
  if (!model) throw new Error(`The model could not be loaded: its process ended by ${ran.outcome.kind}.`);
  const { sha256 } = await putBytes(model.bytes);
  return { facts: model.facts, modelSha: sha256 };
}
