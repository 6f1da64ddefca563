import type { Ball, Task } from "#evaluator/runner/attacks/attack.ts";
import type { Oracle } from "#evaluator/runner/attacks/pool.ts";
import { streamOf } from "#evaluator/runner/attacks/random.ts";
import { LOSSES } from "#onnx/gradient.ts";

/** A model that the tests know all about: scores of one input, and the product of a change of scores with its slope. */
export interface ToyModel {
  size: number;
  classes: number;
  scores(x: Float32Array): Float64Array;
  /** The gradient of sum(seed * scores) at x. */
  slope(x: Float32Array, seed: Float64Array): Float64Array;
}

export interface Linear extends ToyModel {
  /** [classes, size] */
  weights: Float32Array;
  bias: Float32Array;
}

export function linearModel(weights: Float32Array, bias: Float32Array): Linear {
  const classes = bias.length;
  const size = weights.length / classes;
  return {
    size,
    classes,
    weights,
    bias,
    scores: (x) =>
      Float64Array.from(bias, (b, k) => x.reduce((sum, value, i) => sum + value * weights[k * size + i]!, b)),
    slope(_, seed) {
      const slope = new Float64Array(size);
      for (let k = 0; k < classes; k++)
        if (seed[k] !== 0) for (let i = 0; i < size; i++) slope[i]! += seed[k]! * weights[k * size + i]!;
      return slope;
    },
  };
}

/** Normal weights of standard deviation 1, and biases of `spread`. */
export function randomLinear(seed: string, size: number, classes: number, spread = 0.1): Linear {
  const weights = new Float32Array(classes * size);
  const bias = new Float32Array(classes);
  const random = streamOf(seed, "weights", 0);
  random.fillNormal(weights);
  random.fillNormal(bias);
  return linearModel(
    weights,
    bias.map((b) => b * spread),
  );
}

/** Two layers with a ReLU between, normal weights. */
export function randomNet(seed: string, size: number, hidden: number, classes: number): ToyModel {
  const [first, second] = [
    randomLinear(`${seed} first`, size, hidden),
    randomLinear(`${seed} second`, hidden, classes),
  ];
  const middle = (x: Float32Array) => Float32Array.from(first.scores(x));
  return {
    size,
    classes,
    scores: (x) => second.scores(middle(x).map((value) => Math.max(0, value))),
    slope(x, seed) {
      const inside = middle(x);
      const back = second.slope(inside, seed);
      return first.slope(
        x,
        back.map((value, i) => (inside[i]! > 0 ? value : 0)),
      );
    },
  };
}

/** Value, and derivative by the scores, of a loss: written from its formula, apart from the product's own. */
function lossOf(z: Float64Array, label: number, target: number, name: string): { loss: number; seed: Float64Array } {
  const seed = new Float64Array(z.length);
  if (name === "cross-entropy") {
    const top = Math.max(...z);
    const total = z.reduce((sum, value) => sum + Math.exp(value - top), 0);
    for (let k = 0; k < z.length; k++) seed[k] = Math.exp(z[k]! - top) / total - (k === label ? 1 : 0);
    return { loss: Math.log(total) + top - z[label]!, seed };
  }
  const order = Array.from(z.keys()).sort((a, b) => z[b]! - z[a]!);
  const to = name.startsWith("targeted") ? target : order.find((k) => k !== label)!;
  const gap = z[to]! - z[label]!;
  seed[to]! += 1;
  seed[label]! -= 1;
  if (name.endsWith("margin")) return { loss: gap, seed };
  const lower = name === "dlr" ? [[order[2]!, 1] as const] : [2, 3].map((at) => [order[at]!, 0.5] as const);
  const scale = z[order[0]!]! - lower.reduce((sum, [k, part]) => sum + part * z[k]!, 0) + 1e-12;
  for (let k = 0; k < z.length; k++) seed[k]! /= scale;
  seed[order[0]!]! -= gap / scale ** 2;
  for (const [k, part] of lower) seed[k]! += (part * gap) / scale ** 2;
  return { loss: gap / scale, seed };
}

/** Answers questions about a toy model, and counts them. */
export function oracleOf(model: ToyModel, batch: number): Oracle & { calls: number; rows: number[] } {
  const { size, classes } = model;
  const row = (x: Float32Array, i: number) => x.subarray(i * size, (i + 1) * size);
  const logits = new Float32Array(batch * classes);
  const gradient = new Float32Array(batch * size);
  const loss = new Float32Array(batch);
  const oracle = {
    batch,
    verdicts: (x: Float32Array, rows: number) => oracle.scores(x, rows),
    calls: 0,
    rows: [] as number[],
    async scores(x: Float32Array, rows: number) {
      oracle.calls++;
      oracle.rows.push(rows);
      logits.fill(Number.NaN);
      for (let i = 0; i < rows; i++) logits.set(model.scores(row(x, i)), i * classes);
      return logits;
    },
    async gradients(x: Float32Array, rows: number, labels: Int32Array, targets: Int32Array, losses: Uint8Array) {
      oracle.calls++;
      oracle.rows.push(rows);
      logits.fill(Number.NaN);
      gradient.fill(Number.NaN);
      for (let i = 0; i < rows; i++) {
        const z = model.scores(row(x, i));
        const at = lossOf(z, labels[i]!, targets[i]!, LOSSES[losses[i]!]!);
        logits.set(z, i * classes);
        loss[i] = at.loss;
        gradient.set(model.slope(row(x, i), at.seed), i * size);
      }
      return { logits, loss, gradient };
    },
  };
  return oracle;
}

/** Random clean inputs of the arena, on its grid, labelled with the model's own answers. */
export function tasksOf(model: ToyModel, arena: Ball, count: number, seed: string, attack = "test"): Task[] {
  return Array.from({ length: count }, (_, point) => {
    const random = streamOf(seed, "clean", point);
    const [low, high] = arena.range;
    const clean = new Float32Array(model.size);
    random.fillUniform(clean, low, high);
    // As in images, many values are at an end of the range.
    for (let i = 0; i < clean.length; i++) if (random.uniform() < 0.3) clean[i] = random.sign() > 0 ? low : high;
    if (arena.grid !== null)
      for (let i = 0; i < clean.length; i++) clean[i] = Math.round(clean[i]! * arena.grid) / arena.grid;
    const scores = model.scores(clean);
    const label = scores.indexOf(Math.max(...scores));
    const cleanLogits = Float32Array.from(scores);
    return { point, clean, label, cleanLogits, arena, random: streamOf(seed, attack, point), starts: [] };
  });
}
