import { answerOf } from "#contest/verdict.ts";
import type { Ball, Task } from "#evaluator/runner/attacks/attack.ts";
import { boxAnswer } from "#evaluator/runner/attacks/leaf-tuple-box.ts";
import type { LinearModel } from "#evaluator/runner/attacks/linear-exact.ts";
import type { Oracle } from "#evaluator/runner/attacks/pool.ts";
import { streamOf } from "#evaluator/runner/attacks/random.ts";
import { randomStart } from "#evaluator/runner/attacks/start.ts";
import { leavesOf, type TreeEnsemble } from "#evaluator/runner/attacks/trees.ts";
import { LOSSES, type LossName } from "#onnx/gradient.ts";

/** Inputs to probe a model at, with the model's own answers. */
export interface Probes {
  tasks: Task[];
  /** As many points of the ball, one of each. */
  moved: Float32Array[];
}

/** Most elements of a linear model's weights. */
const MOST_WEIGHTS = 2 ** 24;
/** By how much gradients of one function at different inputs may differ, as a share of the largest. */
const ALIKE = 1e-4;
/** The share of probes that must agree for something to be said of the model. */
const MOST = 0.9;
/** The share of unchanged answers whose scores must change for differences of scores to lead anywhere. */
const SOME = 0.1;

/** The inputs [count, size] with the model's answers, and a point of the ball for each, which follows from the seed. */
export async function probesOf(oracle: Oracle, rows: Float32Array, arena: Ball, seed: string): Promise<Probes> {
  const size = arena.shape.reduce((a, b) => a * b, 1);
  const inputs = Array.from({ length: rows.length / size }, (_, i) => rows.subarray(i * size, (i + 1) * size));
  const logits = await scoresOf(oracle, inputs, arena.classes);
  const tasks = inputs.map((clean, point): Task => {
    const cleanLogits = logits.subarray(point * arena.classes, (point + 1) * arena.classes);
    const random = streamOf(seed, "probe", point);
    return { point, clean, arena, random, cleanLogits, label: answerOf(cleanLogits, arena.classes, 0), starts: [] };
  });
  return { tasks, moved: tasks.map((task) => randomStart(task)) };
}

/** Whether scores change inside the ball where the answer does not. */
export async function scoresMove(oracle: Oracle, { tasks, moved }: Probes): Promise<boolean> {
  const classes = tasks[0]?.arena.classes ?? 0;
  const logits = await scoresOf(oracle, moved, classes);
  const same = tasks.filter(({ label }, i) => answerOf(logits, classes, i) === label);
  const changed = same.filter(({ point, cleanLogits }) =>
    cleanLogits.some(
      (value, k) => Math.abs(value - logits[point * classes + k]!) > 1e-6 * Math.max(1, Math.abs(value)),
    ),
  );
  return changed.length > SOME * same.length;
}

/** Whether the margin has an all-zero gradient at most of the points of the ball. */
export async function isFlat(oracle: Oracle, { tasks, moved }: Probes): Promise<boolean> {
  let zeros = 0;
  const labels = tasks.map(({ label }) => label);
  await climbed(oracle, moved, { labels, targets: labels.map(() => -1), loss: "margin" }, (_, gradient) => {
    if (gradient.every((value) => value === 0)) zeros++;
  });
  return zeros > tasks.length / 2;
}

/**
 * The weights and biases of a model whose targeted margins have one gradient everywhere, relative to class 0; null for
 * any other. Where a few inputs show that it is none, it costs one batch.
 */
export async function linearModelOf(oracle: Oracle, { tasks, moved }: Probes): Promise<LinearModel | null> {
  const [first] = tasks;
  if (!first || first.arena.classes * first.clean.length > MOST_WEIGHTS) return null;
  const size = first.clean.length;
  const { classes, range } = first.arena;
  const random = streamOf("00", "linear", 0);
  const anywhere = Array.from({ length: 4 }, () => {
    const x = new Float32Array(size);
    random.fillUniform(x, ...range);
    return x;
  });
  const inputs = [new Float32Array(size), ...anywhere, ...moved];
  const toOne = { labels: inputs.map(() => 0), targets: inputs.map(() => 1), loss: "targeted-margin" as const };
  const gradients: Float32Array[] = [];
  await climbed(oracle, inputs, toOne, (_, gradient) => gradients.push(gradient.slice()));
  if (!alike(gradients)) return null;
  const model = { weights: new Float32Array(classes * size), bias: new Float32Array(classes) };
  const others = Array.from({ length: classes - 1 }, (_, k) => k + 1);
  const at = others.map(() => inputs[0]!);
  const asked = { labels: others.map(() => 0), targets: others, loss: "targeted-margin" as const };
  await climbed(oracle, at, asked, (loss, gradient, i) => {
    model.bias[others[i]!] = loss;
    model.weights.set(gradient, others[i]! * size);
  });
  const right = tasks.filter(({ clean, label }) => answerOf(linearScores(model, clean), classes, 0) === label);
  return right.length >= MOST * tasks.length ? model : null;
}

function linearScores({ weights, bias }: LinearModel, x: Float32Array): Float32Array {
  return bias.map((b, k) => x.reduce((sum, value, i) => sum + value * weights[k * x.length + i]!, b));
}

function alike([first, ...rest]: Float32Array[]): boolean {
  const largest = first!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (
    largest > 0 && rest.every((other) => other.every((value, i) => Math.abs(value - first![i]!) <= ALIKE * largest))
  );
}

/** Whether the boxes of an ensemble answer as the model does. */
export function boxesAnswer(ensemble: TreeEnsemble, { tasks }: Probes): boolean {
  const arena = tasks[0]?.arena;
  const boxes = arena && leavesOf(ensemble, arena.classes, arena);
  if (!boxes) return false;
  const right = tasks.filter((task) => boxAnswer(boxes, task) === task.label);
  return right.length >= MOST * tasks.length;
}

async function scoresOf(oracle: Oracle, inputs: Float32Array[], classes: number): Promise<Float32Array> {
  const logits = new Float32Array(inputs.length * classes);
  await batched(oracle, inputs, async (x, rows, from) => {
    logits.set((await oracle.scores(x, rows)).subarray(0, rows * classes), from * classes);
  });
  return logits;
}

/** Hands over loss and gradient at each input; the gradient is a view until the next batch. */
async function climbed(
  oracle: Oracle,
  inputs: Float32Array[],
  { labels, targets, loss }: { labels: number[]; targets: number[]; loss: LossName },
  take: (loss: number, gradient: Float32Array, i: number) => void,
): Promise<void> {
  const place = new Uint8Array(oracle.batch).fill(LOSSES.indexOf(loss));
  const part = (list: number[], from: number) =>
    Int32Array.from({ length: oracle.batch }, (_, row) => list[from + row] ?? 0);
  await batched(oracle, inputs, async (x, rows, from) => {
    const { loss, gradient } = await oracle.gradients(x, rows, part(labels, from), part(targets, from), place);
    const size = inputs[0]!.length;
    for (let row = 0; row < rows; row++) take(loss[row]!, gradient.subarray(row * size, (row + 1) * size), from + row);
  });
}

async function batched(
  { batch }: Oracle,
  inputs: Float32Array[],
  ask: (x: Float32Array, rows: number, from: number) => Promise<void>,
): Promise<void> {
  const size = inputs[0]?.length ?? 0;
  const x = new Float32Array(batch * size);
  for (let from = 0; from < inputs.length; from += batch) {
    const rows = Math.min(batch, inputs.length - from);
    for (let row = 0; row < rows; row++) x.set(inputs[from + row]!, row * size);
    await ask(x, rows, from);
  }
}
