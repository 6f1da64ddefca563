// The projections of FAB: Croce and Hein, "Minimally distorted adversarial examples with a fast adaptive boundary
// attack", ICML 2020, https://arxiv.org/abs/1907.02044, section 3.1
import type { Ball } from "#evaluator/runner/attacks/attack.ts";

/**
 * into = the point nearest to `x` (in the norm Linf, L2 or L1) within the range at which w.x has grown by `rise` (which
 * may be negative), exact. Where the range does not allow it, the point at which w.x has grown the most.
 */
export function towardsPlane(
  into: Float32Array,
  x: Float32Array,
  w: Float32Array,
  rise: number,
  norm: Ball["norm"],
  [low, high]: [number, number],
): void {
  const sign = rise < 0 ? -1 : 1;
  const rooms = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) rooms[i] = w[i] === 0 ? 0 : sign * w[i]! > 0 ? high - x[i]! : x[i]! - low;
  if (norm === "L1") fillSteepest(rooms, w, sign * rise);
  else fillEvenly(rooms, w, sign * rise, norm === "Linf");
  for (let i = 0; i < x.length; i++) into[i] = x[i]! + (sign * w[i]! > 0 ? rooms[i]! : -rooms[i]!);
}

/**
 * Lowers each room to what is used of it: the same for all (Linf) or in proportion to the slope (L2), cut at the room.
 * What this gains is concave in the size t of the step, so Newton's steps from below never overshoot, and each but the
 * last passes a value that is cut.
 */
function fillEvenly(rooms: Float64Array, w: Float32Array, rise: number, even: boolean): void {
  let t = 0;
  for (let pass = 0; pass <= rooms.length; pass++) {
    let gained = 0;
    let slope = 0;
    for (let i = 0; i < rooms.length; i++) {
      const size = Math.abs(w[i]!);
      const rate = even ? 1 : size;
      if (t * rate < rooms[i]!) {
        slope += size * rate;
        gained += size * rate * t;
      } else gained += size * rooms[i]!;
    }
    const missing = rise - gained;
    if (slope === 0 || !(missing > rise * 1e-12)) break;
    t += missing / slope;
  }
  for (let i = 0; i < rooms.length; i++) rooms[i] = Math.min(rooms[i]!, even ? t : t * Math.abs(w[i]!));
}

/** L1: the steepest values use all of their room, one a part of it, the rest none: found as a weighted median is. */
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
