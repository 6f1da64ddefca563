import type { Arena } from "#contest/challenge.ts";

/** Robust accuracy from this radius on, until the next step. */
export interface CurveStep {
  epsilon: number;
  /** Points that no known example within the radius takes. */
  standing: number;
}

/** Distances are kept as float32: a radius of the challenge is met by distances up to its float32 neighbours. */
const SLACK = 1e-6;

/** The longest change that the range of values allows, in the arena's norm: a ball of this radius holds everything. */
export function widestRadius({ norm, range, shape }: Pick<Arena, "norm" | "range" | "shape">): number {
  const size = shape.reduce((a, b) => a * b, 1);
  const width = range[1] - range[0];
  switch (norm) {
    case "Linf":
      return width;
    case "L2":
      return width * Math.sqrt(size);
    case "L1":
      return width * size;
    case "L0":
      return size;
  }
}

/** How many points stand at a radius: those whose nearest known example lies farther. */
export function standingAt(distances: ArrayLike<number>, epsilon: number): number {
  return Array.from(distances).filter((distance) => distance > epsilon * (1 + SLACK)).length;
}

/**
 * The curve of robust accuracy over the radius: where it falls, and to what, ascending from radius 0. `distances` has the
 * distance of each point's nearest known adversarial example: 0 where the clean input is answered wrongly, Infinity
 * where none is known. An upper bound of the true curve, as every robust accuracy is.
 */
export function curveOf(distances: ArrayLike<number>): CurveStep[] {
  const sorted = Array.from(distances).sort((a, b) => a - b);
  const steps: CurveStep[] = [{ epsilon: 0, standing: sorted.filter((distance) => distance > 0).length }];
  for (const [i, distance] of sorted.entries()) {
    if (distance === 0 || distance === Number.POSITIVE_INFINITY) continue;
    const last = steps.at(-1)!;
    if (last.epsilon === distance) last.standing = sorted.length - i - 1;
    else steps.push({ epsilon: distance, standing: sorted.length - i - 1 });
  }
  return steps;
}

/**
 * Distances as the standing knows them: a point that has fallen has an example within the challenge's radius, also where
 * somebody else found it and its distance was not kept.
 */
export function fallenWithin(
  distances: Float32Array,
  stands: (point: number) => boolean,
  epsilon: number,
): Float32Array {
  return distances.map((distance, point) => (stands(point) ? distance : Math.min(distance, epsilon)));
}
