import type { Ball } from "#evaluator/runner/attacks/attack.ts";
import { dualLength } from "#evaluator/runner/attacks/norms.ts";
import { largest } from "#evaluator/runner/attacks/select.ts";

/** Keeps a zero gradient from being divided by. */
const TINY = 1e-12;

/**
 * into = x + the step of this length uphill: the gradient's sign (Linf), its direction (L2), the signs of its largest
 * `share` of values (L1: one value alone is steepest, but a few make the step robust), or the gradient scaled so that
 * its largest value moves by `length` (L0, where the projection then chooses).
 */
export function stepUphill(
  into: Float32Array,
  x: Float32Array,
  gradient: Float32Array,
  norm: Ball["norm"],
  length: number,
  share = 0.05,
): void {
  if (norm === "Linf") for (let i = 0; i < x.length; i++) into[i] = x[i]! + length * Math.sign(gradient[i]!);
  else if (norm === "L1") stepSparsely(into, x, gradient, length, share);
  else {
    const scale = length / (dualLength(norm, gradient) + TINY);
    for (let i = 0; i < x.length; i++) into[i] = x[i]! + scale * gradient[i]!;
  }
}

function stepSparsely(
  into: Float32Array,
  x: Float32Array,
  gradient: Float32Array,
  length: number,
  share: number,
): void {
  const n = gradient.length;
  const sizes = gradient.map(Math.abs);
  const least = largest(sizes, Math.max(1, Math.floor(share * n)));
  let moving = 0;
  for (let i = 0; i < n; i++) if (gradient[i] !== 0 && Math.abs(gradient[i]!) >= least) moving++;
  const size = length / (moving + TINY);
  for (let i = 0; i < n; i++) into[i] = x[i]! + (Math.abs(gradient[i]!) >= least ? size * Math.sign(gradient[i]!) : 0);
}
