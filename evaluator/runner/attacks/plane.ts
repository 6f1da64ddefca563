// The projections of FAB: Croce and Hein, "Minimally distorted adversarial examples with a fast adaptive boundary
// attack", ICML 2020, https://arxiv.org/abs/1907.02044, section 3.1
import type { Ball } from "#evaluator/runner/attacks/attack.ts";
import { clamp } from "#evaluator/runner/attacks/clamp.ts";

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
let sizes = new Float32Array(0);
let rooms = new Float32Array(0);

/**
 * How many values can move; what they are is in `sizes` and `rooms`. Signs are as good as random, so they come from the
 * bits, without a branch (see clamp); a value has no room where its bits are those of the range's end ahead of it.
 */
function gather(x: Float32Array, w: Float32Array, sign: number, [low, high]: [number, number]): number {
  if (sizes.length < x.length) {
    sizes = new Float32Array(x.length);
    rooms = new Float32Array(x.length);
  }
  const [bits, places] = [bitsOf(w), bitsOf(x)];
  const [lowest, highest] = bitsOf(Float32Array.of(low, high)) as unknown as [number, number];
  const between = lowest ^ highest;
  const flipped = sign < 0 ? 1 : 0;
  let count = 0;
  for (let i = 0; i < x.length; i++) {
    const down = (bits[i]! >>> 31) ^ flipped;
    sizes[count] = Math.abs(w[i]!);
    rooms[count] = down * (x[i]! - low) + (1 - down) * (high - x[i]!);
    const magnitude = bits[i]! << 1;
    const apart = places[i]! ^ highest ^ (-down & between);
    count += ((magnitude | -magnitude) & (apart | -apart)) >>> 31;
  }
  return count;
}

function bitsOf(values: Float32Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length);
}

/**
 * All values move as far (Linf) or in proportion to their slope (L2), cut at their room. What this gains is concave in the
 * size t of the step: wherever Newton's first step begins it ends at the root or below, and from there no step overshoots
 * and each but the last passes a value that is cut.
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
    const { slope, cut } = even ? gainEvenly(count, t) : gainSteeply(count, t);
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
  step.length = even ? moveEvenly(into, x, w, sign * t, range) : moveSteeply(into, x, w, sign * t, range);
}

/** What the values that are cut gain at `t`, and the slope of what the others do. Few are cut: a branch is well predicted. */
function gainEvenly(count: number, t: number): { slope: number; cut: number } {
  let slope = 0;
  let cut = 0;
  for (let k = 0; k < count; k++) {
    if (t < rooms[k]!) slope += sizes[k]!;
    else cut += sizes[k]! * rooms[k]!;
  }
  return { slope, cut };
}

function gainSteeply(count: number, t: number): { slope: number; cut: number } {
  let slope = 0;
  let cut = 0;
  for (let k = 0; k < count; k++) {
    const size = sizes[k]!;
    if (t * size < rooms[k]!) slope += size * size;
    else cut += size * rooms[k]!;
  }
  return { slope, cut };
}

/** into = x moved by `t` up (or, below 0, down) its slope, cut at the range. Gives the longest move. */
function moveEvenly(
  into: Float32Array,
  x: Float32Array,
  w: Float32Array,
  t: number,
  [low, high]: [number, number],
): number {
  const bits = bitsOf(w);
  let longest = 0;
  for (let i = 0; i < x.length; i++) {
    const magnitude = bits[i]! << 1;
    const direction = ((magnitude | -magnitude) >>> 31) * (1 - 2 * (bits[i]! >>> 31));
    const moved = clamp(x[i]! + t * direction, low, high);
    into[i] = moved;
    const change = Math.abs(moved - x[i]!);
    if (change > longest) longest = change;
  }
  return longest;
}

/** into = x moved by `t` times its slope, cut at the range. Gives the Euclidean length of the move. */
function moveSteeply(
  into: Float32Array,
  x: Float32Array,
  w: Float32Array,
  t: number,
  [low, high]: [number, number],
): number {
  let squares = 0;
  for (let i = 0; i < x.length; i++) {
    const moved = clamp(x[i]! + t * w[i]!, low, high);
    into[i] = moved;
    squares += (moved - x[i]!) ** 2;
  }
  return Math.sqrt(squares);
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
