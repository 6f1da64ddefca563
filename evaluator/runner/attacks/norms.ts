import type { Ball } from "#evaluator/runner/attacks/attack.ts";
import { euclideanChange, largestChange } from "#evaluator/runner/kernels/change.ts";

/** The length of x - from: the largest change, the Euclidean length, the sum of changes, or how many values changed. */
export function lengthOf(norm: Ball["norm"], x: Float32Array, from: Float32Array): number {
  if (norm === "Linf") return largestChange(x, from);
  if (norm === "L2") return euclideanChange(x, from);
  let length = 0;
  if (norm === "L1") for (let i = 0; i < x.length; i++) length += Math.abs(x[i]! - from[i]!);
  else for (let i = 0; i < x.length; i++) length += x[i] === from[i] ? 0 : 1;
  return length;
}

/** The dual norm of a gradient: by how much a step of length 1 can raise a linear loss (L0: a step on one value). */
export function dualLength(norm: Ball["norm"], gradient: Float32Array): number {
  let length = 0;
  if (norm === "Linf") for (let i = 0; i < gradient.length; i++) length += Math.abs(gradient[i]!);
  else if (norm === "L2") {
    for (let i = 0; i < gradient.length; i++) length += gradient[i]! * gradient[i]!;
    length = Math.sqrt(length);
  } else for (let i = 0; i < gradient.length; i++) length = Math.max(length, Math.abs(gradient[i]!));
  return length;
}
