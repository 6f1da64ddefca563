import { loops, placeFor, put, take } from "#evaluator/runner/kernels/memory.ts";

/** The L-infinity ball of `radius` around `clean`, cut with the range. */
export interface Box {
  clean: Float32Array;
  radius: number;
  range: [number, number];
}

/** APGD's step: into = x + blend (aim - x) + (1 - blend) (x - previous), where aim is x + step sign(gradient); both in the box. */
export function moveInBox(
  into: Float32Array,
  x: Float32Array,
  previous: Float32Array,
  gradient: Float32Array,
  { clean, radius, range: [low, high] }: Box,
  step: number,
  blend: number,
): void {
  const arrays = [placeFor(0, x.length), put(1, x), put(2, previous), put(3, gradient), put(4, clean)];
  loops.moveInBox(...arrays, x.length, radius, low, high, step, blend);
  take(0, into);
}

/** x = clean + x, stretched so that the largest change is the radius, in the box. Zeros stay at the clean values. */
export function stretchInBox(x: Float32Array, { clean, radius, range: [low, high] }: Box): void {
  loops.stretchInBox(put(0, x), put(1, clean), x.length, radius, low, high);
  take(0, x);
}
