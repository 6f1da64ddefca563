import { createHash } from "node:crypto";
import { admitted } from "#commands/gauntlet/admitted.ts";
import { bar } from "#commands/gauntlet/bar.ts";
import type { GauntletOptions } from "#commands/gauntlet/run.ts";
import type { Arena } from "#contest/challenge.ts";
import { type Checked, cascadeFlags, distinctFlags, type Flag } from "#contest/flags.ts";
import { GAUNTLET_TIERS, type GauntletTier, type StageReport, type Survey } from "#contest/gauntlet.ts";
import type { ModelFacts } from "#contest/report.ts";
import { runChecks, toCheck } from "#evaluator/checks.ts";
import type { RunContext } from "#evaluator/context.ts";
import { type Found, type HouseTarget, probesOf, runHouse } from "#evaluator/house.ts";
import { judgeFound } from "#evaluator/judge-found.ts";
import { measureRows } from "#evaluator/measure.ts";

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
  const { facts, modelSha } = await admitted(context, arena, { ...given, ...options }, signal);
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

/** Points in turn, so that every shard has as many of the hard ones. */
function shardsOf(points: number[], slots: number): number[][] {
  const shards = Array.from({ length: slots }, (_, shard) => points.filter((_point, i) => i % slots === shard));
  return shards.filter((shard) => shard.length > 0);
}

function targetOf(points: number[], x: Float32Array, size: number, modelSha: string, facts: ModelFacts): HouseTarget {
  const starts = { rows: [], examples: new Float32Array() };
  return { modelSha, facts, inputs: x, points, starts, probes: probesOf(x, size) };
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

/**
 * Adds up the shards of each stage, in the order of the cascade. What a shard's stages found is answered together, by one
 * fresh process: a cascade attacks no point again that fell.
 */
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
  const fallen = await Promise.all(
    shards.map(async ({ target, found }) => {
      const judged = await judgeFound(context, challenge, target, subject, together(found.stages), signal);
      const fooling = new Map<number, Float32Array>();
      for (const [i, place] of judged.places.entries()) {
        if (judged.measured!.answers[i] === labels[target.points[place]!]) continue;
        fooling.set(place, judged.examples.slice(i * challenge.size, (i + 1) * challenge.size));
      }
      return fooling;
    }),
  );
  const longest = Math.max(0, ...shards.map(({ found }) => found.stages.length));
  for (let at = 0; at < longest; at++) {
    const standingBefore = standing.size;
    for (const [shard, { target, found }] of shards.entries()) {
      for (const place of found.stages[at]?.rows ?? []) {
        const [point, example] = [target.points[place]!, fallen[shard]!.get(place)];
        if (example && standing.delete(point)) attacked.examples.set(point, example);
      }
    }
    const parts = shards.flatMap(({ found }) => found.stages.slice(at, at + 1));
    const sum = (key: "attacked" | "found" | "gradients" | "forwards") =>
      parts.reduce((total, { report }) => total + report[key], 0);
    attacked.stages.push({
      ...{ stage: parts[0]!.report.stage, standingBefore, standingAfter: standing.size },
      ...{ attacked: sum("attacked"), found: sum("found"), gradients: sum("gradients"), forwards: sum("forwards") },
      seconds: Math.max(...parts.map(({ report }) => report.seconds)),
      ort: parts[0]!.report.ort,
      provider: parts[0]!.report.provider ?? "cpu",
    });
  }
}

/** What several stages found, as if one had. */
function together(stages: Found[]): Pick<Found, "rows" | "examples"> {
  const rows = new Int32Array(stages.reduce((total, { rows }) => total + rows.length, 0));
  const examples = new Float32Array(stages.reduce((total, { examples }) => total + examples.length, 0));
  let [row, value] = [0, 0];
  for (const stage of stages) {
    rows.set(stage.rows, row);
    examples.set(stage.examples, value);
    row += stage.rows.length;
    value += stage.examples.length;
  }
  return { rows, examples };
}
