import fc from "fast-check";
import { expect, test } from "vitest";
import { lengthOf } from "#evaluator/runner/attacks/norms.ts";
import { towardsPlane } from "#evaluator/runner/attacks/plane.ts";
import { highestGain } from "#evaluator/runner/attacks/testing/exact.ts";

const numbers = (min: number, max: number) =>
  fc.array(fc.double({ min, max, noNaN: true }), { minLength: 12, maxLength: 12 });
const cases = fc.record({
  norm: fc.constantFrom("Linf", "L2", "L1"),
  x: numbers(-1, 2).map((values) => Float32Array.from(values, (v) => Math.min(Math.max(v, 0), 1))),
  w: numbers(-1, 1).map((values) => Float32Array.from(values, (v) => (Math.abs(v) < 0.2 ? 0 : v))),
  share: fc.double({ min: -0.99, max: 0.99, noNaN: true }),
  // What an earlier step of the same search was: a hint that must not change where this one ends.
  near: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 10, noNaN: true })),
});
const dot = (w: Float32Array, to: Float32Array, from: Float32Array) =>
  w.reduce((sum, slope, i) => sum + slope * (to[i]! - from[i]!), 0);

test("the plane is reached inside the range, by the shortest way there is", () => {
  fc.assert(
    fc.property(cases, ({ norm, x, w, share, near }) => {
      const arena = { norm, epsilon: 1, range: [0, 1] as [number, number], grid: null, shape: [1, 1, 12], classes: 2 };
      const most = (sign: number, radius: number) =>
        highestGain(
          Float64Array.from(w, (slope) => sign * slope),
          x,
          { ...arena, epsilon: radius },
        );
      const sign = share < 0 ? -1 : 1;
      const rise = share * most(sign, 100);
      const into = new Float32Array(12);
      const step = { size: near, length: 0 };
      towardsPlane(into, x, w, rise, norm, arena.range, step);
      expect(Math.abs(step.length - lengthOf(norm, into, x))).toBeLessThan(1e-6);
      expect(Math.abs(dot(w, into, x) - rise)).toBeLessThan(1e-5);
      for (const value of into) expect(value >= 0 && value <= 1).toBe(true);
      // Duality: the highest gain within the distance that was taken is the gain that was asked for, no more.
      expect(Math.abs(most(sign, lengthOf(norm, into, x)) - Math.abs(rise))).toBeLessThan(1e-5);
    }),
    { numRuns: 600 },
  );
});

test.each(["Linf", "L2", "L1"] as const)(
  "%s: a plane beyond the range is approached as far as the range allows",
  (norm) => {
    const into = new Float32Array(3);
    towardsPlane(into, Float32Array.of(0.2, 0.5, 0.5), Float32Array.of(1, -2, 0), 100, norm, [0, 1]);
    expect([...into]).toEqual([1, 0, 0.5]);
  },
);
