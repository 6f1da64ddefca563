import type { HouseRunName, Provider, StageReport, Survey } from "#contest/gauntlet.ts";
import type { ModelFacts } from "#contest/report.ts";
import type { RunContext } from "#evaluator/context.ts";
import { gather } from "#evaluator/gathered.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { rowPieces } from "#evaluator/row-pieces.ts";
import { type JobRun, PlatformFault, runJob } from "#evaluator/run-job.ts";
import { stageWatch } from "#evaluator/stage-watch.ts";

/** What the house attacks: a defense's canonical model, and inputs that it answers rightly. */
export interface HouseTarget {
  modelSha: string;
  facts: Pick<ModelFacts, "flopsPerExample" | "randomOps">;
  /** Inputs float32 [n, ...shape], and the numbers of those under attack, ascending. */
  inputs: Float32Array;
  points: number[];
  /** Examples made for other models: the place in `points` of each, float32 [count, ...shape]. */
  starts: { rows: number[]; examples: Float32Array };
  /** Inputs that the survey looks at: `probesOf`. */
  probes: Float32Array;
}

/** Inputs that a survey looks at, at most. */
const PROBES = 32;

/** Those of all inputs [n, ...shape]: the first, whatever has fallen by now. */
export function probesOf(inputs: Float32Array, size: number): Float32Array {
  return inputs.subarray(0, PROBES * size);
}

/** What a stage found: places in the target's `points`, ascending, and an example for each, float32 [found, ...shape]. */
export interface Found {
  report: StageReport;
  rows: Int32Array;
  examples: Float32Array;
}

export interface HouseOptions {
  tier: HouseRunName;
  /** Hex; the same seed gives the same examples. */
  seed: string;
  done: string[];
  onSurvey?(survey: Survey): void;
  onStage(found: Found): void;
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal;
  /** Gives way to everything else on the machine. */
  background?: boolean;
  /** What part of the tier's CPU time it may take; all of it by default. */
  cpuShare?: number;
}

export interface HouseRun extends JobRun {
  /** What the report says that cannot be; null for an honest one. Nothing that it says counts from there on. */
  lie: string | null;
}

/** One batch's gradient must take seconds at most: it is the only sign of life of a large model. */
const FLOPS_A_BATCH = { cpu: 2e10, accelerator: 2e12 };
/** Rows that fit a core's cache, and rows that keep an accelerator busy. */
const LARGEST_BATCH = { cpu: 64, accelerator: 1024 };
/** A gradient costs about three forward passes. */
const GRADIENT_COST = 3;
/** Wall clock that a run may take for its CPU time: in the background it gets what others leave. */
export const WALL_PER_CPU = 3;
/** Draws that attacks average a randomised model over (EOT); verdicts take the challenge's own number. */
export const ATTACK_DRAWS = 8;

/**
 * Runs a tier's stages that are not in `done` in a throw-away process, and hands over what each found as it comes; a
 * stage that a process died in is simply not handed over, and a report that does not keep to the plan ends the run.
 * What bounds a run is its CPU time. Throws what runJob throws, and PlatformFault where the wall
 * clock ran out first or the process was silent without CPU time: that is a busy machine, and no model's fault.
 */
export async function runHouse(
  context: RunContext,
  { arena, size }: Pick<LoadedChallenge, "arena" | "size">,
  target: HouseTarget,
  options: HouseOptions,
): Promise<HouseRun> {
  const { norm, epsilon, range, grid, shape, classes } = arena;
  const { budgets } = context;
  const { points, inputs, starts, probes } = target;
  const { tier, done } = options;
  const watch = stageWatch({ tier, norm, done, points: points.length });
  const gathered = gather(points.length, size);
  const cpuMs = budgets.houseMs[tier] * (options.cpuShare ?? 1);
  const ran = await runJob(context, {
    job: {
      ...{ kind: "house", norm, epsilon, range, grid, shape, classes, points },
      ...{ tier, seed: options.seed, done, startRows: starts.rows },
      provider: context.provider,
      batch: batchOf(target.facts.flopsPerExample, points.length, context.provider),
      draws: target.facts.randomOps > 0 ? ATTACK_DRAWS : 1,
    },
    files: {
      "model.onnx": { artifact: target.modelSha },
      "rows.f32": { bytes: rowPieces(inputs, points, size) },
      "starts.f32": { bytes: bytesOf(starts.examples) },
      "probes.f32": { bytes: bytesOf(probes) },
    },
    cpuMs,
    wallMs: cpuMs * WALL_PER_CPU,
    memoryBytes: budgets.houseMemoryBytes,
    stallMs: budgets.houseStallMs,
    // Each stage may send every point once, and a few messages a second for as long as it runs.
    outputBytes: 2 ** 26 + MOST_STAGES * points.length * (4 * size + FRAME_BYTES),
    onReport(report, bytes) {
      if (report.type === "survey") {
        watch.survey(report.survey);
        options.onSurvey?.(report.survey);
      }
      if (report.type === "progress") options.onProgress?.(report.done, report.total);
      if (report.type === "found") gathered.add(report.row, bytes);
      if (report.type === "stage") {
        const found = gathered.close(report);
        watch.stage(found);
        options.onStage(found);
      }
    },
    accelerated: context.provider !== "cpu",
    ...(options.background && { background: true }),
    ...(options.signal && { signal: options.signal }),
  });
  if (ran.finished) watch.end();
  if (watch.lie() === null) refuseStarved(ran, cpuMs);
  return { ...ran, lie: watch.lie() };
}

const MOST_STAGES = 32;
/** What a message takes beside its example. */
const FRAME_BYTES = 64;

/** Throws PlatformFault for a run that the machine did not give its CPU time to: it was silent, or the wall clock ran out, while others had it. */
export function refuseStarved({ outcome, starved }: Pick<JobRun, "outcome" | "starved">, cpuMs: number): void {
  if (starved || (outcome.kind === "timeout" && outcome.wallMs >= cpuMs * WALL_PER_CPU))
    throw new PlatformFault("the machine was too busy for a tier of the gauntlet");
}

/** A gradient's graph has one size of batch, whose empty rows cost as much: batches that the points come out even in. */
export function batchOf(flops: number | null, points: number, provider: Provider = "cpu"): number {
  const kind = provider === "cpu" ? "cpu" : "accelerator";
  const affordable = Math.floor(FLOPS_A_BATCH[kind] / GRADIENT_COST / Math.max(1, flops ?? 1e9));
  const largest = Math.max(1, Math.min(LARGEST_BATCH[kind], affordable));
  return Math.max(1, Math.ceil(points / Math.ceil(points / largest)));
}

export function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
