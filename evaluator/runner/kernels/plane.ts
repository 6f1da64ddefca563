import { loops, placeFor, put, take } from "#evaluator/runner/kernels/memory.ts";

/** A step onto a plane. The next one from nearby will be of about this size, which makes it quicker to find. */
export interface PlaneStep {
  /** How far each value moves before it is cut (L-infinity), or in proportion to its slope (L2). */
  size: number;
  /** The step's length in the norm. */
  length: number;
}

/** L-infinity (`even`) or L2, and the range of values. */
export interface Room {
  even: boolean;
  range: [number, number];
}

/**
 * into = the point nearest to x within the range at which w.x has grown by `rise`, or, where the range does not allow it, the
 * point at which it has grown the most. `step` is the last step of the same search and becomes this one.
 */
export function stepOntoPlane(
  into: Float32Array,
  x: Float32Array,
  w: Float32Array,
  rise: number,
  room: Room,
  step: PlaneStep,
): void {
  stepBetween(placeFor(0, x.length), put(1, x), put(2, w), placeFor(3, x.length), x.length, rise, room, step);
  take(0, into);
}

/** Of places. `rooms` is overwritten. */
function stepBetween(
  into: number,
  x: number,
  w: number,
  rooms: number,
  size: number,
  rise: number,
  { even, range: [low, high] }: Room,
  step: PlaneStep,
): void {
  step.size = loops.stepToPlane(rooms, x, w, size, rise, +even, low, high, step.size);
  step.length = loops.moveAlong(into, x, w, size, rise < 0 ? -step.size : step.size, +even, low, high);
}

/** The steps of FAB: onto the plane from the iterate, and from the clean input; each too far by `beyond`. */
export interface BoundarySteps {
  here: PlaneStep;
  there: PlaneStep;
  beyond: number;
  mostPull: number;
}

/** The least length that a step is taken to have. */
const TINY = 1e-8;

/** How much the step from the clean input counts: the more, the shorter it is. */
export function pullOf({ here, there, mostPull }: BoundarySteps): number {
  const [near, far] = [Math.max(here.length, TINY), Math.max(there.length, TINY)];
  return Math.min(near / (near + far), mostPull);
}

/**
 * Moves x onto the plane on which w.x has grown by `rise`, drawn towards the step from `clean` onto the same plane by as much
 * as that one is shorter, `mostPull` at most.
 */
export function walkBoundary(
  x: Float32Array,
  clean: Float32Array,
  w: Float32Array,
  rise: number,
  room: Room,
  steps: BoundarySteps,
): void {
  const size = x.length;
  const [low, high] = room.range;
  const [at, origin, slopes] = [put(0, x), put(1, clean), put(2, w)];
  const [ahead, back, rooms] = [placeFor(3, size), placeFor(4, size), placeFor(5, size)];
  const away = loops.gainBetween(slopes, origin, at, size);
  stepBetween(ahead, at, slopes, rooms, size, rise, room, steps.here);
  stepBetween(back, origin, slopes, rooms, size, rise - away, room, steps.there);
  loops.blendSteps(at, ahead, origin, back, size, pullOf(steps), steps.beyond, low, high);
  take(0, x);
}
