import { createHash } from "node:crypto";
import { bar } from "#commands/gauntlet/bar.ts";
import type { GauntletOptions } from "#commands/gauntlet/run.ts";
import type { Arena } from "#contest/challenge.ts";
import { type Checked, cascadeFlags, distinctFlags, type Flag } from "#contest/flags.ts";
import { GAUNTLET_TIERS, type GauntletTier, type StageReport, type Survey } from "#contest/gauntlet.ts";
import type { AdmitJob } from "#contest/job.ts";
import type { Problem } from "#contest/problem.ts";
import type { ModelFacts } from "#contest/report.ts";
import { runChecks, toCheck } from "#evaluator/checks.ts";
import type { RunContext } from "#evaluator/context.ts";
import { type Found, type HouseTarget, probesOf, runHouse } from "#evaluator/house.ts";
import { judgeFound } from "#evaluator/judge-found.ts";
import { measureRows } from "#evaluator/measure.ts";
import { rowsAt } from "#evaluator/points.ts";
import { runJob } from "#evaluator/run-job.ts";
import { putBytes } from "#store/artifacts.ts";

/** A stage over all points, as judged. */
export interface StageOutcome extends StageReport {
  standingBefore: number;
  standingAfter: number;
}

export interface Attacked {
  n: number;
  clean: number;
  standing: number;
  seconds: number;
  stages: StageOutcome[];
  survey: Survey | null;
  /** Raised red flags, one of each: where both tiers raise one, the first one's evidence. */
  flags: Flag[];
  /** What the checks found, by tier, raised or not. */
  checked: Partial<Record<GauntletTier, Checked[]>>;
  /** By point: the example that broke it. */
  examples: Map<number, Float32Array>;
}

interface Given {
  x: Float32Array;
  labels: Uint16Array;
  bytes: Uint8Array;
  side: Uint8Array | undefined;
}

/** Admits, measures and attacks a model: the tiers up to the one asked for, on all cores, sharded by points. */
export async function attackAll(
  context: RunContext,
  arena: Arena,
  given: Given,
  options: GauntletOptions,
  signal: AbortSignal,
): Promise<Attacked> {
  const began = Date.now();
  const size = arena.shape.reduce((a, b) => a * b, 1);
  const seed = createHash("sha256").update(`gauntlet ${options.seed}`).digest("hex");
  const { facts, modelSha } = await admitted(context, arena, given, options, signal);
  const subject = { modelSha, draws: facts.randomOps > 0 ? RANDOM_DRAWS : 1 };
  const challenge = { arena, size, seed };
  const noiseNames = Array.from(given.labels.keys(), (i) => `point:${i}`);
  const measured = await measureRows(context, challenge, subject, { rows: given.x, noiseNames }, { signal });
  if (measured.unstable) throw new Error("The model's answers depend on more than the input: its neighbours, or time.");
  const standing = new Set(noiseNames.keys().filter((point) => measured.answers[point] === given.labels[point]));
  const attacked: Attacked = {
    ...{ n: given.labels.length, clean: standing.size, standing: standing.size, seconds: 0 },
    ...{ stages: [], survey: null, flags: [], checked: {}, examples: new Map() },
  };
  for (const tier of GAUNTLET_TIERS.slice(0, GAUNTLET_TIERS.indexOf(options.tier) + 1)) {
    const shards = shardsOf([...standing], context.sandbox.slots);
    const progress = bar(tier, shards.length);
    const found = await Promise.all(
      shards.map(async (points, shard) => {
        const target = targetOf(points, given.x, size, modelSha, facts);
        return {
          target,
          found: await shardStages(context, challenge, target, { tier, seed, signal }, progress(shard)),
        };
      }),
    );
    progress(-1)(1, 1);
    for (const { survey } of found.map((shard) => shard.found)) attacked.survey ??= survey;
    const begun = [...standing];
    await judgeStages(context, challenge, subject, found, given.labels, standing, attacked, signal);
    const points = toCheck(tier === "quick" ? begun : [...standing]);
    if (points.length === 0) continue;
    const target = targetOf(points, given.x, size, modelSha, facts);
    const { flags, checked, lie } = await runChecks(context, challenge, target, { tier, seed, signal });
    if (lie !== null) throw new Error(`The model's process gave a report that cannot be true: ${lie}.`);
    attacked.flags = distinctFlags([...attacked.flags, ...flags]);
    attacked.checked[tier] = checked;
  }
  const full = attacked.stages.filter(({ stage }) => stage.id.startsWith("full/"));
  const taken = full.map(({ stage, standingBefore, standingAfter }) => {
    return { attack: stage.attack, taken: standingBefore - standingAfter };
  });
  attacked.flags = distinctFlags([...attacked.flags, ...cascadeFlags(taken, attacked.n)]);
  return { ...attacked, standing: standing.size, seconds: (Date.now() - began) / 1000 };
}

/** As a challenge does by default. */
const RANDOM_DRAWS = 33;

async function admitted(
  context: RunContext,
  arena: Arena,
  { bytes, side }: Given,
  { mean, std }: GauntletOptions,
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
  if (problems.length > 0) throw new Error(problems.map(sentence).join("\n"));
  if (!model) throw new Error(`The model could not be loaded: its process ended by ${ran.outcome.kind}.`);
  const { sha256 } = await putBytes(model.bytes);
  return { facts: model.facts, modelSha: sha256 };
}

function sentence({ code, message, where, expected, found, fix }: Problem): string {
  const parts = [where && `at ${where}`, expected && `expected ${expected}`, found && `found ${found}`, fix];
  return `${code}: ${[message, ...parts.filter(Boolean)].join(" ")}`;
}

/** Points in turn, so that every shard has as many of the hard ones. */
function shardsOf(points: number[], slots: number): number[][] {
  const shards = Array.from({ length: slots }, (_, shard) => points.filter((_point, i) => i % slots === shard));
  return shards.filter((shard) => shard.length > 0);
}

function targetOf(points: number[], x: Float32Array, size: number, modelSha: string, facts: ModelFacts): HouseTarget {
  const rows = rowsAt(x, points, size);
  const starts = { rows: [], examples: new Float32Array() };
  return { modelSha, facts, points, rows, starts, probes: probesOf(x, size) };
}

interface ShardFound {
  survey: Survey | null;
  stages: Found[];
}

async function shardStages(
  context: RunContext,
  challenge: { arena: Arena; size: number },
  target: HouseTarget,
  options: { tier: GauntletOptions["tier"]; seed: string; signal: AbortSignal },
  onProgress: (done: number, total: number) => void,
): Promise<ShardFound> {
  const found: ShardFound = { survey: null, stages: [] };
  const ran = await runHouse(context, challenge, target, {
    ...options,
    done: [],
    onSurvey: (survey) => {
      found.survey = survey;
    },
    onStage: (stage) => found.stages.push(stage),
    onProgress,
  });
  if (ran.lie !== null) throw new Error(`The model's process gave a report that cannot be true: ${ran.lie}.`);
  if (!ran.finished)
    throw new Error(`The attacks ended by ${ran.outcome.kind}: ${ran.fault ?? ran.outcome.stderr.slice(-300)}`);
  return found;
}

/** Adds up the shards of each stage, in the order of the cascade, and lets fresh processes answer what they found. */
async function judgeStages(
  context: RunContext,
  challenge: { arena: Arena; size: number; seed: string },
  subject: { modelSha: string; draws: number },
  shards: { target: HouseTarget; found: ShardFound }[],
  labels: Uint16Array,
  standing: Set<number>,
  attacked: Attacked,
  signal: AbortSignal,
): Promise<void> {
  const longest = Math.max(0, ...shards.map(({ found }) => found.stages.length));
  for (let at = 0; at < longest; at++) {
    const standingBefore = standing.size;
    const parts = shards.flatMap(({ target, found: { stages } }) =>
      stages.slice(at, at + 1).map((found) => ({ target, found })),
    );
    for (const { target, found } of parts) {
      const judged = await judgeFound(context, challenge, target, subject, found, signal);
      for (const [i, place] of judged.places.entries()) {
        const point = target.points[place]!;
        if (judged.measured!.answers[i] === labels[point] || !standing.delete(point)) continue;
        attacked.examples.set(point, judged.examples.slice(i * challenge.size, (i + 1) * challenge.size));
      }
    }
    const sum = (key: "attacked" | "found" | "gradients" | "forwards") =>
      parts.reduce((total, { found }) => total + found.report[key], 0);
    attacked.stages.push({
      ...{ stage: parts[0]!.found.report.stage, standingBefore, standingAfter: standing.size },
      ...{ attacked: sum("attacked"), found: sum("found"), gradients: sum("gradients"), forwards: sum("forwards") },
      seconds: Math.max(...parts.map(({ found }) => found.report.seconds)),
      ort: parts[0]!.found.report.ort,
      provider: parts[0]!.found.report.provider ?? "cpu",
    });
  }
}
