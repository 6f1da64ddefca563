import fc from "fast-check";
import type { Ball } from "#evaluator/runner/attacks/attack.ts";

export const NORMS = ["Linf", "L2", "L1", "L0"] as const;

/** A small arena of each norm at which a random model of as many inputs loses some points and keeps others. */
export function arenaOf(norm: Ball["norm"], grid: number | null, over: Partial<Ball> = {}): Ball {
  const epsilon = { Linf: 12 / 255, L2: 60 / 255, L1: 300 / 255, L0: 1 }[norm];
  return { norm, epsilon, range: [0, 1], grid, shape: [1, 6, 6], classes: 4, ...over };
}

/** Arenas of every norm, with and without a grid, on ranges that are not [0, 1] too; radii are what challenges allow. */
export const anyArena: fc.Arbitrary<Ball> = fc
  .record({
    norm: fc.constantFrom(...NORMS),
    grid: fc.constantFrom(null, null, 1, 4, 100, 255),
    range: fc.constantFrom<[number, number][]>([0, 1], [-1, 1], [0, 255], [-2, 3], [0.25, 0.75]),
    share: fc.double({ min: 0.001, max: 0.6, noNaN: true }),
    shape: fc.constantFrom<number[][]>([1, 4, 4], [3, 3, 3], [2, 1, 5]),
  })
  .filter(({ grid, range }) => grid === null || range.every((end) => Number.isInteger(end * grid)))
  .map(({ norm, grid, range, share, shape }): Ball => {
    const size = shape.reduce((a, b) => a * b, 1);
    const width = range[1] - range[0];
    const largest = { Linf: width, L2: width * Math.sqrt(size), L1: width * size, L0: size }[norm];
    let epsilon = share * largest;
    if (norm === "L0") epsilon = Math.max(1, Math.round(epsilon));
    else if (norm === "Linf" && grid !== null) epsilon = Math.max(1, Math.round(epsilon * grid)) / grid;
    return { norm, grid, range, epsilon, shape, classes: 4 };
  });

/** A clean input of the arena, drawn evenly and at the ends of the range, on its grid. */
export function anyClean({ range: [low, high], grid, shape }: Ball): fc.Arbitrary<Float32Array> {
  const size = shape.reduce((a, b) => a * b, 1);
  const value = fc.oneof(
    fc.constantFrom(low, high),
    fc.double({ min: low, max: high, noNaN: true }).map((v) => (grid === null ? v : Math.round(v * grid) / grid)),
  );
  return fc.array(value, { minLength: size, maxLength: size }).map((values) => Float32Array.from(values));
}
