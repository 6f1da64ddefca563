import type { Task } from "#evaluator/runner/attacks/attack.ts";
import type { Oracle } from "#evaluator/runner/attacks/pool.ts";
import { LOSSES, type LossName } from "#onnx/gradient.ts";

/** The scores [classes] of inputs [size], in batches of at most `width`. */
export async function scoresAt(oracle: Oracle, inputs: Float32Array[], width = oracle.batch): Promise<Float32Array[]> {
  const scores: Float32Array[] = [];
  for (let from = 0; from < inputs.length; from += width) {
    const rows = inputs.slice(from, from + width);
    const logits = await oracle.verdicts(stacked(rows, rows.length), rows.length);
    const classes = logits.length / rows.length;
    for (let row = 0; row < rows.length; row++) scores.push(logits.slice(row * classes, (row + 1) * classes));
  }
  return scores;
}

/** Logits, and the gradient [size] of a loss, of each task at its input; `targets` are for losses that have one. */
export async function gradientsAt(
  oracle: Oracle,
  tasks: Task[],
  inputs: Float32Array[],
  loss: LossName,
  targets: number[] = [],
): Promise<{ logits: Float32Array; gradient: Float32Array }[]> {
  const { batch } = oracle;
  const answers: { logits: Float32Array; gradient: Float32Array }[] = [];
  const losses = new Uint8Array(batch).fill(LOSSES.indexOf(loss));
  for (let from = 0; from < inputs.length; from += batch) {
    const rows = inputs.slice(from, from + batch);
    const size = rows[0]!.length;
    const labels = Int32Array.from({ length: batch }, (_, row) => tasks[from + row]?.label ?? 0);
    const aims = Int32Array.from({ length: batch }, (_, row) => targets[from + row] ?? -1);
    const { logits, gradient } = await oracle.gradients(stacked(rows, batch), rows.length, labels, aims, losses);
    const classes = tasks[from]!.arena.classes;
    for (let row = 0; row < rows.length; row++)
      answers.push({
        logits: logits.slice(row * classes, (row + 1) * classes),
        gradient: gradient.slice(row * size, (row + 1) * size),
      });
  }
  return answers;
}

function stacked(rows: Float32Array[], capacity: number): Float32Array {
  const size = rows[0]!.length;
  const x = new Float32Array(capacity * size);
  for (const [row, values] of rows.entries()) x.set(values, row * size);
  return x;
}

/** By how much two answers differ, as a share of the largest score: 0 for equal bits; Infinity where one is not a number. */
export function difference(a: Float32Array, b: Float32Array): number {
  let most = 0;
  let size = 1e-10;
  for (let k = 0; k < a.length; k++) {
    if (Object.is(a[k], b[k])) continue;
    const by = Math.abs(a[k]! - b[k]!);
    most = Number.isNaN(by) ? Number.POSITIVE_INFINITY : Math.max(most, by);
  }
  for (const value of [...a, ...b]) if (Math.abs(value) > size) size = Math.abs(value);
  return most / size;
}
