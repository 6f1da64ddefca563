import type { Ball } from "#evaluator/runner/attacks/attack.ts";
import { clamp } from "#evaluator/runner/attacks/clamp.ts";
import { largest } from "#evaluator/runner/attacks/select.ts";

/**
 * Replaces `x` by the nearest point (Euclidean) of the ball of `radius` around `clean`, cut with the range: exact for
 * every norm. `clean` is in the range. What is not finite becomes the clean value.
 */
export function project(x: Float32Array, clean: Float32Array, arena: Ball, radius = arena.epsilon): void {
  // Times 0, what is not finite is NaN.
  let finite = 0;
  for (let i = 0; i < x.length; i++) finite += x[i]! * 0;
  if (finite !== 0) for (let i = 0; i < x.length; i++) if (!Number.isFinite(x[i]!)) x[i] = clean[i]!;
  if (arena.norm === "Linf") projectLinf(x, clean, arena.range, radius);
  else if (arena.norm === "L2") projectL2(x, clean, arena.range, radius);
  else if (arena.norm === "L1") projectL1(x, clean, arena.range, radius);
  else projectL0(x, clean, arena.range, radius);
}

function projectLinf(x: Float32Array, clean: Float32Array, [low, high]: [number, number], radius: number): void {
  for (let i = 0; i < x.length; i++) {
    const from = clean[i]!;
    x[i] = clamp(clamp(x[i]!, from - radius, from + radius), low, high);
  }
}

/**
 * The nearest point is the change times one scale, cut at the range: the scale at which that has length `radius`. What
 * is cut frees radius for the rest, so the scale grows from radius / |change| until nothing more is cut. (Scaling once
 * and then cutting, as AutoAttack does, stays inside but loses radius wherever the clean input is at the range's end.)
 */
function projectL2(x: Float32Array, clean: Float32Array, [low, high]: [number, number], radius: number): void {
  let total = 0;
  for (let i = 0; i < x.length; i++) {
    const change = x[i]! - clean[i]!;
    total += change * change;
  }
  const rounding = 1e-12 * (high - low);
  let scale = Math.min(1, radius / Math.sqrt(total));
  while (scale < 1) {
    let all = 0;
    let whole = 0;
    for (let i = 0; i < x.length; i++) {
      const change = x[i]! - clean[i]!;
      const wanted = change * scale;
      const size = clamp(wanted, low - clean[i]!, high - clean[i]!);
      all += size * size;
      whole += +(Math.abs(wanted - size) < rounding) * change * change;
    }
    const cut = all - whole * scale * scale;
    const next = whole === 0 ? 1 : Math.min(1, Math.sqrt(Math.max(0, radius * radius - cut) / whole));
    if (!(next > scale * (1 + 1e-12))) break;
    scale = next;
  }
  for (let i = 0; i < x.length; i++) x[i] = clamp(clean[i]! + (x[i]! - clean[i]!) * scale, low, high);
}

/**
 * Every change shrinks by one threshold, not below 0, and is cut at the range: the threshold at which the sum is
 * `radius`. The sum is piecewise linear in the threshold, so Newton's step is exact once no kink lies between; the
 * bracket keeps it from running away, since the sum is neither convex nor concave.
 */
function projectL1(x: Float32Array, clean: Float32Array, [low, high]: [number, number], radius: number): void {
  const rounding = 1e-12 * (high - low);
  let threshold = 0;
  let below = 0;
  let above = 0;
  for (let i = 0; i < x.length; i++) above = Math.max(above, Math.abs(x[i]! - clean[i]!));
  for (let pass = 0; pass < 100; pass++) {
    let sum = 0;
    let moving = 0;
    for (let i = 0; i < x.length; i++) {
      const change = x[i]! - clean[i]!;
      const shrunk = change - clamp(change, -threshold, threshold);
      const size = clamp(shrunk, low - clean[i]!, high - clean[i]!);
      sum += Math.abs(size);
      moving += +(Math.abs(shrunk) > rounding) * +(Math.abs(shrunk - size) < rounding);
    }
    if ((pass === 0 && sum <= radius) || Math.abs(sum - radius) <= radius * 1e-10) break;
    if (sum > radius) below = threshold;
    else above = threshold;
    const newton = threshold + (sum - radius) / moving;
    const next = newton > below && newton < above ? newton : (below + above) / 2;
    const between = next > below && next < above;
    threshold = between ? next : above;
    if (!between) break;
  }
  // With branches: what shrinks to nothing must be the clean value to the last bit.
  for (let i = 0; i < x.length; i++) {
    const change = x[i]! - clean[i]!;
    if (Math.abs(change) <= threshold) x[i] = clean[i]!;
    else x[i] = Math.min(Math.max(x[i]! - Math.sign(change) * threshold, low), high);
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
