import type { Checked, Flag } from "#contest/flags.ts";
import type { GauntletTier } from "#contest/gauntlet.ts";
import { checkWatch } from "#evaluator/check-watch.ts";
import type { RunContext } from "#evaluator/context.ts";
import { ATTACK_DRAWS, batchOf, type HouseTarget, refuseStarved, WALL_PER_CPU } from "#evaluator/house.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { rowPieces } from "#evaluator/row-pieces.ts";
import { type JobRun, runJob } from "#evaluator/run-job.ts";

/** A model, and inputs that it answers rightly: at most MOST_CHECKED of them. */
export type CheckTarget = Pick<HouseTarget, "modelSha" | "facts" | "inputs" | "points">;

export interface CheckOptions {
  tier: GauntletTier;
  /** Hex; the same seed raises the same flags. */
  seed: string;
  signal?: AbortSignal;
  background?: boolean;
}

export interface CheckRun extends JobRun {
  /** What each check found, in order, whether it raises its flag or not. */
  checked: Checked[];
  /** Raised, one for a check without a result among them. */
  flags: Flag[];
  /** What the report says that cannot be; null for an honest one. */
  lie: string | null;
}

/** Most checks look at 64 inputs; one looks for neighbours among them all. */
export const MOST_CHECKED = 512;

/** At most MOST_CHECKED of a list of points, from all of it. */
export function toCheck(points: number[]): number[] {
  const count = Math.min(MOST_CHECKED, points.length);
  return Array.from({ length: count }, (_, i) => points[Math.floor((i * points.length) / count)]!);
}

/**
 * Runs the checks of a tier on a model in a throw-away process of their own, so that nothing in them costs what the
 * attacks have found. Throws what runJob throws, and PlatformFault where the machine was too busy.
 */
export async function runChecks(
  context: RunContext,
  { arena, size }: Pick<LoadedChallenge, "arena" | "size">,
  { modelSha, facts, inputs, points }: CheckTarget,
  { tier, seed, signal, background = false }: CheckOptions,
): Promise<CheckRun> {
  const { norm, epsilon, range, grid, shape, classes } = arena;
  const { budgets } = context;
  const watch = checkWatch(tier);
  const cpuMs = budgets.houseMs.quick;
  const ran = await runJob(context, {
    job: {
      ...{ kind: "check", tier, norm, epsilon, range, grid, shape, classes, points, seed },
      // What is raised must not depend on the machine's accelerator.
      provider: "cpu",
      batch: batchOf(facts.flopsPerExample, Math.min(64, points.length)),
      draws: facts.randomOps > 0 ? ATTACK_DRAWS : 1,
    },
    files: { "model.onnx": { artifact: modelSha }, "rows.f32": { bytes: rowPieces(inputs, points, size) } },
    cpuMs,
    wallMs: cpuMs * WALL_PER_CPU,
    memoryBytes: budgets.houseMemoryBytes,
    stallMs: budgets.houseStallMs,
    // A few messages a second for as long as it runs.
    outputBytes: 2 ** 24,
    onReport(report) {
      if (report.type === "checked") watch.checked(report);
    },
    background,
    ...(signal && { signal }),
  });
  refuseStarved(ran, cpuMs);
  return { ...ran, ...watch.end(ran.finished), lie: watch.lie() };
}
