import { loops, put, take } from "#evaluator/runner/kernels/memory.ts";

/** The largest change from one array to another of the same length. */
export function largestChange(x: Float32Array, from: Float32Array): number {
  return loops.largestChange(put(0, x), put(1, from), x.length);
}

/** The Euclidean length of the change. */
export function euclideanChange(x: Float32Array, from: Float32Array): number {
  return Math.sqrt(loops.squaredChange(put(0, x), put(1, from), x.length));
}

/** Keeps a share of the change: x = from + share (x - from). */
export function scaleChange(x: Float32Array, from: Float32Array, share: number): void {
  loops.scaleChange(put(0, x), put(1, from), x.length, share);
  take(0, x);
}
