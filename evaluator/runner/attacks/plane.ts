// The projections of FAB: Croce and Hein, "Minimally distorted adversarial examples with a fast adaptive boundary
// attack", ICML 2020, https://arxiv.org/abs/1907.02044, section 3.1
import type { Ball } from "#evaluator/runner/attacks/attack.ts";
import { clamp } from "#evaluator/runner/attacks/clamp.ts";
import {
  type BoundarySteps,
  type PlaneStep,
  pullOf,
  stepOntoPlane,
  walkBoundary,
} from "#evaluator/runner/kernels/plane.ts";

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
  else stepOntoPlane(into, x, w, rise, { even: norm === "Linf", range }, step);
}

/**
 * A step of FAB: moves x onto the plane on which w.x has grown by `rise`, drawn towards the step from `clean` onto the same
 * plane, each a little too far.
 */
export function alongPlane(
  x: Float32Array,
  clean: Float32Array,
  w: Float32Array,
  rise: number,
  { norm, range }: Ball,
  steps: BoundarySteps,
): void {
  if (norm === "L1") stepSparsely(x, clean, w, rise, range, steps);
  else walkBoundary(x, clean, w, rise, { even: norm === "Linf", range }, steps);
}

function stepSparsely(
  x: Float32Array,
  clean: Float32Array,
  w: Float32Array,
  rise: number,
  range: [number, number],
  steps: BoundarySteps,
): void {
  const [ahead, back] = [new Float32Array(x.length), new Float32Array(x.length)];
  let away = 0;
  for (let i = 0; i < x.length; i++) away += w[i]! * (clean[i]! - x[i]!);
  steps.here.length = stepSteeply(ahead, x, w, rise, range);
  steps.there.length = stepSteeply(back, clean, w, rise - away, range);
  const pull = pullOf(steps);
  for (let i = 0; i < x.length; i++) {
    const one = x[i]! + steps.beyond * (ahead[i]! - x[i]!);
    const other = clean[i]! + steps.beyond * (back[i]! - clean[i]!);
    x[i] = clamp((1 - pull) * one + pull * other, range[0], range[1]);
  }
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
