import type { Ball } from "#evaluator/runner/attacks/attack.ts";
import { largest } from "#evaluator/runner/attacks/select.ts";

/**
 * Replaces `x` by the nearest point (Euclidean) of the ball of `radius` around `clean`, cut with the range: exact for
 * every norm. `clean` is in the range. What is not finite becomes the clean value.
 */
export function project(x: Float32Array, clean: Float32Array, arena: Ball, radius = arena.epsilon): void {
  for (let i = 0; i < x.length; i++) if (!Number.isFinite(x[i]!)) x[i] = clean[i]!;
  if (arena.norm === "Linf") projectLinf(x, clean, arena.range, radius);
  else if (arena.norm === "L2") projectL2(x, clean, arena.range, radius);
  else if (arena.norm === "L1") projectL1(x, clean, arena.range, radius);
  else projectL0(x, clean, arena.range, radius);
}

function projectLinf(x: Float32Array, clean: Float32Array, [low, high]: [number, number], radius: number): void {
  for (let i = 0; i < x.length; i++) {
    const from = clean[i]!;
    x[i] = Math.min(Math.max(x[i]!, low, from - radius), high, from + radius);
  }
}

/** By how much value i may move in the direction of `change` before it leaves the range. */
function room(from: number, change: number, low: number, high: number): number {
  return change > 0 ? high - from : from - low;
}

/**
 * The nearest point is the change times one scale, cut at the range: the scale at which that has length `radius`. What
 * is cut frees radius for the rest, so the scale grows from radius / |change| until nothing more is cut. (Scaling once
 * and then cutting, as AutoAttack does, stays inside but loses radius wherever the clean input is at the range's end.)
 */
function projectL2(x: Float32Array, clean: Float32Array, [low, high]: [number, number], radius: number): void {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += (x[i]! - clean[i]!) ** 2;
  let scale = Math.min(1, radius / Math.sqrt(total));
  while (scale < 1) {
    let cut = 0;
    let whole = 0;
    for (let i = 0; i < x.length; i++) {
      const change = x[i]! - clean[i]!;
      const limit = room(clean[i]!, change, low, high);
      if (Math.abs(change) * scale >= limit) cut += limit * limit;
      else whole += change * change;
    }
    const next = whole === 0 ? 1 : Math.min(1, Math.sqrt(Math.max(0, radius * radius - cut) / whole));
    if (!(next > scale * (1 + 1e-12))) break;
    scale = next;
  }
  for (let i = 0; i < x.length; i++) x[i] = Math.min(Math.max(clean[i]! + (x[i]! - clean[i]!) * scale, low), high);
}

/**
 * Every change shrinks by one threshold, not below 0, and is cut at the range: the threshold at which the sum is
 * `radius`. The sum is piecewise linear in the threshold, so Newton's step is exact once no kink lies between; the
 * bracket keeps it from running away, since the sum is neither convex nor concave.
 */
function projectL1(x: Float32Array, clean: Float32Array, [low, high]: [number, number], radius: number): void {
  let threshold = 0;
  let below = 0;
  let above = 0;
  for (let i = 0; i < x.length; i++) above = Math.max(above, Math.abs(x[i]! - clean[i]!));
  for (let pass = 0; pass < 100; pass++) {
    let sum = 0;
    let moving = 0;
    for (let i = 0; i < x.length; i++) {
      const change = x[i]! - clean[i]!;
      const limit = room(clean[i]!, change, low, high);
      const left = Math.abs(change) - threshold;
      if (left <= 0) continue;
      if (left < limit) moving++;
      sum += Math.min(left, limit);
    }
    if (pass === 0 && sum <= radius) break;
    if (Math.abs(sum - radius) <= radius * 1e-12) break;
    if (sum > radius) below = threshold;
    else above = threshold;
    const newton = threshold + (sum - radius) / moving;
    const next = newton > below && newton < above ? newton : (below + above) / 2;
    const between = next > below && next < above;
    threshold = between ? next : above;
    if (!between) break;
  }
  for (let i = 0; i < x.length; i++) {
    const change = x[i]! - clean[i]!;
    const size = Math.max(0, Math.min(Math.abs(change) - threshold, room(clean[i]!, change, low, high)));
    x[i] = clean[i]! + (change > 0 ? size : -size);
  }
}

/**
 * Keeps the `radius` changes that bring the point nearest to `x` (Croce and Hein, "Sparse and imperceivable adversarial
 * attacks", 2019, https://arxiv.org/abs/1909.05040), cut at the range; the rest go back to the clean values.
 */
function projectL0(x: Float32Array, clean: Float32Array, [low, high]: [number, number], radius: number): void {
  const gains = new Float64Array(x.length);
  let changed = 0;
  for (let i = 0; i < x.length; i++) {
    const kept = Math.min(Math.max(x[i]!, low), high);
    const moved = kept !== clean[i];
    gains[i] = moved ? (x[i]! - clean[i]!) ** 2 - (x[i]! - kept) ** 2 : -1;
    if (moved) changed++;
    x[i] = kept;
  }
  if (changed <= radius) return;
  const least = largest(gains.slice(), radius);
  let ties = radius;
  for (let i = 0; i < x.length; i++) if (gains[i]! > least) ties--;
  for (let i = 0; i < x.length; i++) if (gains[i]! < least || (gains[i] === least && ties-- <= 0)) x[i] = clean[i]!;
}
