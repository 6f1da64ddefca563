// The projections of FAB: Croce and Hein, "Minimally distorted adversarial examples with a fast adaptive boundary
// attack", ICML 2020, https://arxiv.org/abs/1907.02044, section 3.1
import type { Ball } from "#evaluator/runner/attacks/attack.ts";

/** A step onto a plane. The next one from nearby will be of about this size, which makes it quicker to find. */
export interface PlaneStep {
  /** How far each value moves before it is cut (Linf), or in proportion to its slope (L2). */
  size: number;
  /** The step's length in the norm. */
  length: number;
}

/**
 * into = the point nearest to `x` (in the norm Linf, L2 or L1) within the range at which w.x has grown by `rise` (which
 * may be negative), exact. Where the range does not allow it, the point at which w.x has grown the most. `step` is the
 * last step of the same search ({ size: 0, length: 0 } at first) and becomes this one.
 */
export function towardsPlane(
  into: Float32Array,
  x: Float32Array,
  w: Float32Array,
  rise: number,
  norm: Ball["norm"],
  range: [number, number],
  step: PlaneStep = { size: 0, length: 0 },
): void {
  if (norm === "L1") step.length = stepSteeply(into, x, w, rise, range);
  else stepEvenly(into, x, w, rise, norm === "Linf", range, step);
}

/** The values that can move, close together: the sizes of their slopes, and their room. */
let sizes = new Float64Array(0);
let rooms = new Float64Array(0);

/** How many values can move; what they are is in `sizes` and `rooms`. */
function gather(x: Float32Array, w: Float32Array, sign: number, [low, high]: [number, number]): number {
  if (sizes.length < x.length) [sizes, rooms] = [new Float64Array(x.length), new Float64Array(x.length)];
  let count = 0;
  for (let i = 0; i < x.length; i++) {
    const slope = sign * w[i]!;
    const size = Math.abs(slope);
    const up = +(slope > 0);
    const room = up * (high - x[i]!) + (1 - up) * (x[i]! - low);
    sizes[count] = size;
    rooms[count] = room;
    count += +(size * room > 0);
  }
  return count;
}

/**
 * All values move as far (Linf) or in proportion to their slope (L2), cut at their room. What this gains is concave in the
 * size t of the step: wherever Newton's first step begins it ends at the root or below, and from there no step overshoots
 * and each but the last passes a value that is cut. Without branches on the values (see clamp).
 */
function stepEvenly(
  into: Float32Array,
  x: Float32Array,
  w: Float32Array,
  rise: number,
  even: boolean,
  range: [number, number],
  step: PlaneStep,
): void {
  const sign = rise < 0 ? -1 : 1;
  const count = gather(x, w, sign, range);
  let t = step.size;
  for (let pass = 0; pass <= count; pass++) {
    let slope = 0;
    let cut = 0;
    for (let k = 0; k < count; k++) {
      const rate = even ? 1 : sizes[k]!;
      const free = +(t * rate < rooms[k]!);
      slope += free * sizes[k]! * rate;
      cut += (1 - free) * sizes[k]! * rooms[k]!;
    }
    if (slope === 0) {
      if (pass > 0 || t === 0) break;
      t = 0;
      continue;
    }
    const missing = sign * rise - cut - slope * t;
    if (pass > 0 && !(missing > sign * rise * 1e-12)) break;
    t = Math.max(0, t + missing / slope);
  }
  step.size = t;
  step.length = moveEvenly(into, x, w, even, sign * t, range);
}

/** into = x moved by `t` up or down its slope (Linf) or by `t` times its slope (L2), cut at the range. Gives the length. */
function moveEvenly(
  into: Float32Array,
  x: Float32Array,
  w: Float32Array,
  even: boolean,
  t: number,
  [low, high]: [number, number],
): number {
  let longest = 0;
  let squares = 0;
  for (let i = 0; i < x.length; i++) {
    const slope = w[i]!;
    const wanted = x[i]! + t * (even ? +(slope > 0) - +(slope < 0) : slope);
    const moved = wanted < low ? low : wanted > high ? high : wanted;
    into[i] = moved;
    const change = Math.abs(moved - x[i]!);
    longest = Math.max(longest, change);
    squares += change * change;
  }
  return even ? longest : Math.sqrt(squares);
}

/** L1: the steepest values use all of their room, one a part of it, the rest none. Gives the length. */
function stepSteeply(
  into: Float32Array,
  x: Float32Array,
  w: Float32Array,
  rise: number,
  [low, high]: [number, number],
): number {
  const sign = rise < 0 ? -1 : 1;
  const used = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) used[i] = w[i] === 0 ? 0 : sign * w[i]! > 0 ? high - x[i]! : x[i]! - low;
  fillSteepest(used, w, sign * rise);
  let length = 0;
  for (let i = 0; i < x.length; i++) {
    into[i] = x[i]! + (sign * w[i]! > 0 ? used[i]! : -used[i]!);
    length += used[i]!;
  }
  return length;
}

/** Lowers each room to what is used of it; found as a weighted median is. */
function fillSteepest(rooms: Float64Array, w: Float32Array, rise: number): void {
  let open = Array.from(rooms.keys());
  let missing = rise;
  while (open.length > 0) {
    const pivot = Math.abs(w[open[open.length >> 1]!]!);
    const steeper = open.filter((i) => Math.abs(w[i]!) > pivot);
    const gain = steeper.reduce((sum, i) => sum + Math.abs(w[i]!) * rooms[i]!, 0);
    if (gain > missing) {
      for (const i of open) if (Math.abs(w[i]!) <= pivot) rooms[i] = 0;
      open = steeper;
      continue;
    }
    missing -= gain;
    for (const i of open) {
      if (Math.abs(w[i]!) !== pivot || pivot === 0) continue;
      rooms[i] = Math.min(rooms[i]!, Math.max(0, missing) / pivot);
      missing -= pivot * rooms[i]!;
    }
    open = open.filter((i) => Math.abs(w[i]!) < pivot);
  }
}
