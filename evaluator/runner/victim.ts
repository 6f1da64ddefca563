import fs from "node:fs";
import { type InferenceSession, env as ort } from "onnxruntime-node";
import type { Provider, Survey, Variant } from "#contest/gauntlet.ts";
import type { ModelJob } from "#contest/job.ts";
import type { ModelFacts } from "#contest/report.ts";
import { answerOf } from "#contest/verdict.ts";
import type { LinearModel } from "#evaluator/runner/attacks/linear-exact.ts";
import type { Oracle } from "#evaluator/runner/attacks/pool.ts";
import type { TreeEnsemble } from "#evaluator/runner/attacks/trees.ts";
import { report } from "#evaluator/runner/channel.ts";
import { openClimber } from "#evaluator/runner/climbers.ts";
import { type AttackNoise, attackNoise, noNoise } from "#evaluator/runner/expectation.ts";
import { type Climbed, type GradientRunner, gradientRunner } from "#evaluator/runner/gradient-session.ts";
import { noiseDims } from "#evaluator/runner/noise-source.ts";
import { boxesAnswer, isFlat, linearModelOf, probesOf, scoresMove } from "#evaluator/runner/probe.ts";
import { load, loadForSearch, type Runner, runnerOf } from "#evaluator/runner/session.ts";
import { surveyOf } from "#evaluator/runner/survey.ts";
import { trace } from "#evaluator/runner/trace.ts";
import { treeEnsembleOf } from "#evaluator/runner/tree-ensemble.ts";
import { check } from "#onnx/check.ts";
import { encode } from "#onnx/encode.ts";
import { gradientOf, type Trace } from "#onnx/gradient.ts";
import type { Model } from "#onnx/model.ts";
import { type Noise, seedRandomness } from "#onnx/randomness.ts";

/** A defense under attack by the house. */
export interface Victim {
  survey: Survey;
  /** What attacks that go by the model itself need: null where the survey does not say that there is one. */
  trees: TreeEnsemble | null;
  linear: LinearModel | null;
  /** As it was admitted, its noises as inputs. */
  model: Model;
  facts: ModelFacts;
  /** Scores and gradients of a variant; the exact one where a variant has none serves attacks that ask for scores only. */
  oracle(variant: Variant): Promise<Oracle>;
  /** What leads the search with that oracle. */
  provider(variant: Variant): Promise<Provider>;
}

/**
 * Loads /in/model.onnx as verdicts see it, for scores, and as gradient graphs, each when it is first asked for. `probes`
 * are inputs to trace and to survey with. A model that cannot be traced or differentiated is attacked as a black box, and the survey
 * says why; throws only where an admitted model cannot be loaded at all.
 */
export async function openVictim(job: ModelJob, given: Float32Array): Promise<Victim> {
  const admitted = admittedModel(job, fs.readFileSync("/in/model.onnx"));
  const session = await load(encode(admitted.model));
  report({ type: "ready", ort: ort.versions.node ?? "", provider: "cpu" });
  return victimOf(job, admitted, session, given);
}

/** The same of a model that is loaded already. */
export async function victimOf(
  job: ModelJob,
  admitted: Admitted,
  session: InferenceSession,
  given: Float32Array,
): Promise<Victim> {
  const { model, facts, noises } = admitted;
  const batch = facts.batch === "dynamic" ? job.batch : facts.batch;
  const noise = await noiseOf(admitted, job, batch);
  const traced = await traceOrWhy(admitted, job, given, batch, noise);
  const { survey, graphs } = surveyOf(model, job.classes, traced);
  const canonical = runnerOf(session, facts, job, batch);
  const forScores = await loadForSearch(encode(model), job.provider);
  const scorer = runnerOf(forScores.session, facts, job, batch);
  const draws = noises.length > 0 ? job.draws : 1;
  const quarter = Math.ceil(batch / 4);
  const split = quarter < batch && facts.batch === "dynamic" && noises.length === 0;
  const small = graphs.size > 0 && split ? await traceOrWhy(admitted, job, given, quarter, noNoise) : null;
  const few = typeof small === "string" ? null : small;
  const oracles = new Map<Variant, Promise<{ oracle: Oracle; provider: Provider }>>();
  const open = async (variant: Variant) => {
    const derived = graphs.get(variant)?.model;
    const whole = derived && typeof traced !== "string" ? traced : null;
    const climber = whole && (await openClimber(variant, job, { model, facts, whole, few, derived }));
    const { provider } = climber ?? forScores;
    return { oracle: oracleOf({ job, batch, draws, noise, canonical, scorer, climber }), provider };
  };
  const opened = (variant: Variant) => {
    const known = oracles.get(variant) ?? open(variant);
    oracles.set(variant, known);
    return known;
  };
  const oracle = async (variant: Variant) => (await opened(variant)).oracle;
  const provider = async (variant: Variant) => (await opened(variant)).provider;
  const probes = await probesOf(await oracle("exact"), given, job, job.seed);
  const ensemble = treeEnsembleOf(model, facts.layout, job.shape);
  const trees = ensemble && boxesAnswer(ensemble, probes) ? ensemble : null;
  const linear = graphs.has("exact") && noises.length === 0 ? await linearModelOf(await oracle("exact"), probes) : null;
  const whole = await wholeOracle(job, { model, facts, traced, batch, draws, noise, canonical, scorer });
  const flat = !whole || (await isFlat(whole.oracle, probes));
  await whole?.release();
  const found = { trees: trees !== null, linear: linear !== null, flat };
  const moves = await scoresMove(await oracle("exact"), probes);
  return { survey: { ...survey, ...found, moves }, model, facts, trees, linear, oracle, provider };
}

/** The gradient of the scores as the model puts them out: nothing cut off, no surrogate. Null where there is none. */
async function wholeOracle(
  job: ModelJob,
  { model, facts, traced, ...parts }: Omit<Parts, "job" | "climber"> & Opened,
): Promise<{ oracle: Oracle; release(): Promise<void> } | null> {
  if (typeof traced === "string") return null;
  const graph = gradientOf(model, { trace: traced, classes: job.classes, variant: "exact", cutHead: false });
  if (!graph.ok) return null;
  const climber = await gradientRunner(graph.model, facts, job, parts.batch, job.provider);
  return { oracle: oracleOf({ job, ...parts, climber }), release: climber.release };
}

interface Opened {
  model: Model;
  facts: ModelFacts;
  traced: Trace | string;
}

interface Admitted {
  /** With its noises as inputs. */
  model: Model;
  /** As it was admitted. */
  random: Model;
  facts: ModelFacts;
  noises: Noise[];
}

/** Reads a canonical model as the gate admitted it; throws where the gate would not have. */
export function admittedModel(job: Pick<ModelJob, "shape" | "classes">, bytes: Uint8Array): Admitted {
  const checked = check(bytes, job);
  if (!checked.ok) throw new Error(`an admitted model is refused: ${checked.problems[0]!.code}`);
  const seeded = seedRandomness(checked.model);
  if (!seeded.ok) throw new Error(`an admitted model is refused: ${seeded.problems[0]!.code}`);
  return { model: seeded.model, random: checked.model, facts: checked.facts, noises: seeded.noises };
}

async function noiseOf({ random, facts, noises }: Admitted, job: ModelJob, batch: number): Promise<AttackNoise> {
  if (noises.length === 0) return noNoise;
  const batches = facts.batch === "dynamic" ? [batch, batch + 1] : [batch];
  const size = job.shape.reduce((a, b) => a * b, 1);
  return attackNoise(noises, await noiseDims(random, noises, facts, job, batches), { batch, size, seed: job.seed });
}

/** The trace on the first rows, repeated where there are too few; or why there is none. */
async function traceOrWhy(
  { model, facts }: Admitted,
  job: ModelJob,
  rows: Float32Array,
  batch: number,
  noise: AttackNoise,
): Promise<Trace | string> {
  const size = job.shape.reduce((a, b) => a * b, 1);
  const given = Float32Array.from({ length: (batch + 1) * size }, (_, i) => rows[i % rows.length] ?? 0);
  try {
    return await trace(model, facts, job, given, batch, noise(0));
  } catch (error) {
    return `The model could not be traced: ${String(error)}`.slice(0, 500);
  }
}

interface Parts {
  job: ModelJob;
  batch: number;
  draws: number;
  noise: AttackNoise;
  /** For verdicts, and for the scores that lead a search. */
  canonical: Runner;
  scorer: Runner;
  climber: GradientRunner | null;
}

/** Answers are means over the draws: of one draw for a model without random operators. */
function oracleOf({ job, batch, draws, noise, canonical, scorer, climber }: Parts): Oracle {
  const size = job.shape.reduce((a, b) => a * b, 1);
  const logits = new Float32Array(batch * job.classes);
  const sums: Climbed = { logits, loss: new Float32Array(batch), gradient: new Float32Array(batch * size) };
  const answers = async (runner: Runner, x: Float32Array, rows: number): Promise<Float32Array> => {
    const given = x.subarray(0, rows * size);
    if (draws === 1) logits.set((await runner.run(given, rows)).logits);
    else {
      logits.fill(0);
      for (let draw = 0; draw < draws; draw++)
        addTo(logits, (await runner.run(given, rows, noise(draw))).logits, 1 / draws);
    }
    return rows === batch ? logits : logits.subarray(0, rows * job.classes);
  };
  return {
    batch,
    ...(draws > 1 && { votes: (x, rows) => votesOf(canonical, noise, job, x.subarray(0, rows * size), rows) }),
    scores: (x, rows) => answers(scorer, x, rows),
    verdicts: (x, rows) => answers(canonical, x, rows),
    async gradients(x, rows, labels, targets, losses) {
      if (!climber) throw new Error("a gradient was asked of a variant without one");
      const asked = { labels, targets, losses };
      if (draws === 1) return climber.run(x, rows, asked, noise(0));
      for (const sum of Object.values(sums)) sum.fill(0);
      for (let draw = 0; draw < draws; draw++) {
        const climbed = await climber.run(x, rows, asked, noise(draw));
        for (const key of ["logits", "loss", "gradient"] as const) addTo(sums[key], climbed[key], 1 / draws);
      }
      return sums;
    },
  };
}

/** Draws of a vote, and the first of them: none that has led the search. */
const VOTES = { from: 1000, count: 33 };

/** The share of draws [rows, classes] that answer each class; NaN where most answers are not valid. */
async function votesOf(
  runner: Runner,
  noise: AttackNoise,
  { classes }: Pick<ModelJob, "classes">,
  x: Float32Array,
  rows: number,
): Promise<Float32Array> {
  const shares = new Float32Array(rows * classes);
  const valid = new Uint16Array(rows);
  for (let draw = VOTES.from; draw < VOTES.from + VOTES.count; draw++) {
    const { logits } = await runner.run(x, rows, noise(draw));
    for (let row = 0; row < rows; row++) {
      const answer = answerOf(logits, classes, row);
      if (answer >= classes) continue;
      valid[row]!++;
      shares[row * classes + answer]! += 1 / VOTES.count;
    }
  }
  for (let row = 0; row < rows; row++)
    if (valid[row]! * 2 < VOTES.count) shares.fill(Number.NaN, row * classes, (row + 1) * classes);
  return shares;
}

function addTo(sum: Float32Array, values: Float32Array, weight: number): void {
  const length = Math.min(sum.length, values.length);
  for (let i = 0; i < length; i++) sum[i]! += values[i]! * weight;
}
