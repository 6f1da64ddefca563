import fc from "fast-check";
import { expect, test } from "vitest";
import { excessZ, isMemorised, separable, wilson } from "#contest/interval.ts";

// Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3.
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])("Wilson's interval of %i in %i is that of Newcombe's table", (right, n, low, high) => {
  const interval = wilson(right, n);
  expect(interval[0]).toBeCloseTo(low, 4);
  expect(interval[1]).toBeCloseTo(high, 4);
});

const count = fc.integer({ min: 1, max: 5000 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));

test("Wilson's interval lies in [0,1], holds the fraction, mirrors, and narrows with more trials", () => {
  fc.assert(
    fc.property(count, ([right, n]) => {
      const [low, high] = wilson(right, n);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(right / n);
      expect(high).toBeGreaterThanOrEqual(right / n);
      const [mirroredLow, mirroredHigh] = wilson(n - right, n);
      expect(mirroredLow).toBeCloseTo(1 - high, 12);
      expect(mirroredHigh).toBeCloseTo(1 - low, 12);
      const [lower, higher] = wilson(right * 4, n * 4);
      expect(higher - lower).toBeLessThan(high - low);
    }),
  );
});

test("nothing is known of no trials; the ends are exact", () => {
  expect(wilson(0, 0)).toEqual([0, 1]);
  expect(wilson(0, 5)[0]).toBe(0);
  expect(wilson(5, 5)[1]).toBe(1);
});

test("nobody is separable from themselves; 500 of 1000 is from 600, not from 540", () => {
  expect(separable(600, 600, 1000)).toBe(false);
  expect(separable(500, 540, 1000)).toBe(false);
  expect(separable(500, 600, 1000)).toBe(true);
  expect(separable(600, 500, 1000)).toBe(false);
});

test("the excess is the textbook's statistic, but for the half added to each cell", () => {
  // (0.9 - 0.8 - 0) / sqrt(0.9 * 0.1 / 1000 + 0.8 * 0.2 / 1000) = 6.3246
  expect(excessZ({ right: 900, n: 1000 }, { right: 800, n: 1000 }, 0)).toBeCloseTo(6.3246, 1);
  expect(excessZ({ right: 900, n: 1000 }, { right: 800, n: 1000 }, 0.1)).toBeCloseTo(0, 12);
});

test("the excess is finite, changes sign with its sides, and falls as the gap grows", () => {
  fc.assert(
    fc.property(count, count, fc.double({ min: 0.01, max: 1, noNaN: true }), ([a, n], [b, m], gap) => {
      const [points, holdout] = [
        { right: a, n },
        { right: b, n: m },
      ];
      const z = excessZ(points, holdout, 0);
      expect(Number.isFinite(z)).toBe(true);
      expect(excessZ(holdout, points, 0)).toBeCloseTo(-z, 9);
      expect(excessZ(points, holdout, gap)).toBeLessThan(z);
    }),
  );
});

test("a model that stores the points is memorised; one as good as the baselines is not; no holdout tells nothing", () => {
  expect(isMemorised({ right: 1000, n: 1000 }, { right: 0, n: 1000 }, 0)).toBe(true);
  expect(isMemorised({ right: 1000, n: 1000 }, { right: 600, n: 1000 }, 0.02)).toBe(true);
  expect(isMemorised({ right: 985, n: 1000 }, { right: 965, n: 1000 }, 0.02)).toBe(false);
  expect(Number.isFinite(excessZ({ right: 1000, n: 1000 }, { right: 0, n: 1000 }, 0))).toBe(true);
  // z = 2.76 and 3.39, on either side of the one-sided 0.001 quantile.
  expect(isMemorised({ right: 900, n: 1000 }, { right: 860, n: 1000 }, 0)).toBe(false);
  expect(isMemorised({ right: 900, n: 1000 }, { right: 850, n: 1000 }, 0)).toBe(true);
  expect(isMemorised({ right: 900, n: 1000 }, { right: 950, n: 1000 }, 0)).toBe(false);
  expect(isMemorised({ right: 1000, n: 1000 }, { right: 0, n: 0 }, 0)).toBe(false);
});
