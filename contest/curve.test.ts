import fc from "fast-check";
import { expect, test } from "vitest";
import { curveOf, fallenWithin, standingAt, widestRadius } from "#contest/curve.ts";

test("the curve falls where the nearest examples lie", () => {
  const distances = [0, 0.5, 0.25, Number.POSITIVE_INFINITY, 0.5];
  expect(curveOf(distances)).toEqual([
    { epsilon: 0, standing: 4 },
    { epsilon: 0.25, standing: 3 },
    { epsilon: 0.5, standing: 1 },
  ]);
});

const distance = fc.oneof(
  fc.constant(0),
  fc.constant(Number.POSITIVE_INFINITY),
  fc.double({ min: 0.001, max: 1, noNaN: true }).map(Math.fround),
);

test("the curve only falls, and says at each of its steps what counting says", () => {
  fc.assert(
    fc.property(fc.array(distance, { maxLength: 60 }), (distances) => {
      const curve = curveOf(distances);
      for (const [i, { epsilon, standing }] of curve.entries()) {
        if (i > 0) {
          expect(epsilon).toBeGreaterThan(curve[i - 1]!.epsilon);
          expect(standing).toBeLessThan(curve[i - 1]!.standing);
        }
        // Counting takes neighbours in float32 for equal; those are one place of the curve for a reader.
        expect(standingAt(distances, epsilon)).toBeLessThanOrEqual(standing);
        expect(standing).toBe(distances.filter((value) => value > epsilon).length);
      }
    }),
  );
});

test("a radius on the grid meets the distances of that many steps, although they are kept as float32", () => {
  for (let steps = 1; steps <= 255; steps++)
    expect(standingAt(Float32Array.of(steps / 255, (steps + 1) / 255), steps / 255)).toBe(1);
});

test("a point that fell lies within the challenge's radius; one that stands keeps its distance", () => {
  const distances = Float32Array.of(0, 0.5, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0.125);
  const stands = (point: number) => point === 3;
  expect([...fallenWithin(distances, stands, 0.25)]).toEqual([0, 0.25, 0.25, Number.POSITIVE_INFINITY, 0.125]);
});

test.each([
  ["Linf", 2],
  ["L2", 8],
  ["L1", 32],
  ["L0", 16],
] as const)("the widest radius of %s is that of opposite corners", (norm, radius) => {
  expect(widestRadius({ norm, range: [-1, 1], shape: [1, 4, 4] })).toBe(radius);
});
