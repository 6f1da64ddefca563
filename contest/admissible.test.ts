import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeRow } from "#contest/admissible.ts";
import type { Arena } from "#contest/challenge.ts";

const arena = (over: Partial<Arena>): Arena => ({
  ...{ norm: "Linf", epsilon: 8 / 255, range: [0, 1], grid: 255, shape: [1, 2, 2], classes: 3, points: 9 },
  ...over,
});

/** The verdict in short: "ok", or the rule and by how much. */
function judged(row: number[], clean: number[], over: Partial<Arena>): string {
  const verdict = judgeRow(Float32Array.from(row), Float32Array.from(clean), arena(over));
  if (verdict.admissible) return "ok";
  return "by" in verdict.fault ? `${verdict.fault.rule} ${+verdict.fault.by.toPrecision(3)}` : verdict.fault.rule;
}

const steps = (...values: number[]) => values.map((value) => value / 255);

describe("on a grid", () => {
  const clean = steps(100, 0, 255, 7);

  test.each([
    ["Linf", 8 / 255, steps(108, 8, 247, 7), "ok"],
    ["Linf", 8 / 255, steps(109, 0, 255, 7), "out-of-ball 1"],
    ["Linf", 76 / 255, steps(24, 76, 179, 83), "ok"],
    ["L2", 5 / 255, steps(103, 4, 255, 7), "ok"],
    ["L2", 5 / 255, steps(103, 4, 254, 7), "out-of-ball 0.099"],
    ["L1", 7 / 255, steps(103, 4, 255, 7), "ok"],
    ["L1", 7 / 255, steps(103, 4, 254, 7), "out-of-ball 1"],
    ["L0", 2, steps(0, 200, 255, 7), "ok"],
    ["L0", 2, steps(0, 200, 254, 7), "out-of-ball 1"],
  ] as const)("%s %d: exactly the radius is admissible, one step more is not (%#)", (norm, epsilon, row, verdict) =>
    expect(judged([...row], clean, { norm, epsilon })).toBe(verdict),
  );

  test("fractions are judged as rounded, and the row is put on the grid in place", () => {
    const row = Float32Array.from(steps(108.4, -0.3, 255.2, 6.6));
    expect(judgeRow(row, Float32Array.from(clean), arena({})).admissible).toBe(true);
    expect([...row]).toEqual([...Float32Array.from(steps(108, 0, 255, 7))]);
    expect(Object.is(row[1], 0)).toBe(true);
    expect(judged(steps(108.6, 0, 255, 7), clean, {})).toBe("out-of-ball 1");
  });

  test("a step outside the range is refused, even inside the ball", () => {
    expect(judged(steps(100, -1, 255, 7), clean, {})).toBe("out-of-range 1");
    expect(judged(steps(100, 0, 257, 7), clean, {})).toBe("out-of-range 2");
  });

  test("a radius that is a whole number of steps but for float64's rounding is that number", () => {
    expect(0.29 * 100).toBeLessThan(29);
    for (const norm of ["Linf", "L2", "L1"] as const) {
      expect(judged([0.29, 0], [0, 0], { norm, grid: 100, epsilon: 0.29 })).toBe("ok");
      expect(judged([0.3, 0], [0, 0], { norm, grid: 100, epsilon: 0.29 })).toBe("out-of-ball 1");
    }
  });

  test("ends of the range that no binary fraction holds are still ends", () => {
    const hundredths = { grid: 100, range: [0.07, 0.57] as [number, number], epsilon: 0.5, shape: [1, 1, 2] };
    expect(judged([0.07, 0.57], [0.07, 0.57], hundredths)).toBe("ok");
    expect(judged([0.06, 0.57], [0.07, 0.57], hundredths)).toBe("out-of-range 1");
    expect(judged([0.07, 0.58], [0.07, 0.57], hundredths)).toBe("out-of-range 1");
  });

  /** Rows of whole steps around clean points, each read with a fraction that rounding removes. */
  const pixels = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: -12, max: 12 }),
      fc.double({ min: -0.4, max: 0.4, noNaN: true }),
    ),
    { minLength: 1, maxLength: 6 },
  );

  test("agrees with whole-number arithmetic for every norm, at radii of half steps", () => {
    fc.assert(
      fc.property(
        pixels,
        fc.constantFrom("Linf", "L2", "L1", "L0"),
        fc.integer({ min: 1, max: 60 }),
        (all, norm, half) => {
          const radius = norm === "L2" || norm === "L1" ? half : 2 * Math.ceil(half / 4);
          const changes = all.map(([, change]) => BigInt(Math.abs(change)));
          const squares = changes.reduce((sum, c) => sum + c * c, 0n);
          const sizes = {
            Linf: 2n * BigInt(Math.max(...changes.map(Number))),
            L1: 2n * changes.reduce((a, b) => a + b),
            L0: 2n * BigInt(changes.filter((c) => c > 0n).length),
          };
          const inBall = norm === "L2" ? 4n * squares <= BigInt(radius) ** 2n : sizes[norm] <= BigInt(radius);
          const inRange = all.every(([pixel, change]) => pixel + change >= 0 && pixel + change <= 255);
          const verdict = judged(
            steps(...all.map(([pixel, change, fraction]) => pixel + change + fraction)),
            steps(...all.map(([pixel]) => pixel)),
            { norm, epsilon: norm === "L0" ? radius / 2 : radius / 2 / 255 },
          );
          expect(verdict.split(" ")[0]).toBe(!inRange ? "out-of-range" : inBall ? "ok" : "out-of-ball");
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("without a grid", () => {
  const clean = [0.5, 0.5, 0, 1];
  const plain = { grid: null, epsilon: 0.1 };

  test("5e-7 beyond the ball is admissible, 2e-6 is not", () => {
    expect(judged([0.5 + 0.1 + 5e-7, 0.5, 0, 1], clean, plain)).toBe("ok");
    expect(judged([0.5 - 0.1 - 5e-7, 0.5, 0, 1], clean, plain)).toBe("ok");
    expect(judged([0.5 + 0.1 + 2e-6, 0.5, 0, 1], clean, plain)).toMatch("out-of-ball");
    expect(judged([0.5, 0.5, -5e-7, 1], clean, plain)).toBe("ok");
    expect(judged([0.5, 0.5, 0, 1 + 2e-6], clean, plain)).toMatch("out-of-range");
    expect(judged([0.5 + 0.1 + 2e-6, 0.5, 0, 1], clean, { ...plain, norm: "L2" })).toMatch("out-of-ball");
    expect(judged([0.56, 0.58, 0, 1], clean, { ...plain, norm: "L2" })).toBe("ok");
    expect(judged([0.55, 0.55 + 2e-6, 0, 1], clean, { ...plain, norm: "L1" })).toMatch("out-of-ball");
  });

  test("L0 counts values that moved by more than the slack", () => {
    const two = { grid: null, norm: "L0" as const, epsilon: 2 };
    expect(judged([0, 1, 1e-7, 1 - 5e-7], clean, two)).toBe("ok");
    expect(judged([0, 1, 0.01, 1], clean, two)).toBe("out-of-ball 1");
  });

  test("rows stay as they were stored", () => {
    const row = Float32Array.from([0.512345, 0.41, 0.001, 0.95]);
    const before = [...row];
    judgeRow(row, Float32Array.from(clean), arena(plain));
    expect([...row]).toEqual(before);
  });

  const unit = fc.float({ min: Math.fround(-0.05), max: Math.fround(1.05), noNaN: true });

  test("agrees with float64 arithmetic for every norm, but within 1e-9 of an edge", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(unit, unit), { minLength: 1, maxLength: 6 }),
        fc.constantFrom("Linf", "L2", "L1", "L0"),
        fc.integer({ min: 1, max: 12 }),
        (pairs, norm, tenths) => {
          const changes = pairs.map(([row, point]) => Math.abs(row - point));
          const size = {
            Linf: Math.max(...changes),
            L2: Math.hypot(...changes),
            L1: changes.reduce((a, b) => a + b),
            L0: changes.filter((change) => change > 1e-6).length,
          }[norm];
          const epsilon = norm === "L0" ? tenths : tenths / 10;
          const outside = Math.max(...pairs.map(([row]) => Math.max(-row, row - 1)));
          fc.pre(Math.abs(size - epsilon - 1e-6) > 1e-9 && Math.abs(outside - 1e-6) > 1e-9);
          const rows = pairs.map(([row]) => row);
          const points = pairs.map(([, point]) => point);
          const verdict = judged(rows, points, { grid: null, norm, epsilon }).split(" ")[0];
          expect(verdict).toBe(outside > 1e-6 ? "out-of-range" : size > epsilon + 1e-6 ? "out-of-ball" : "ok");
        },
      ),
      { numRuns: 500 },
    );
  });
});

test.each([255, null])("NaN and infinities are refused wherever they stand (grid %s)", (grid) => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    for (let i = 0; i < 4; i++) expect(judged([0, 0, 0, 0].with(i, value), [0, 0, 0, 0], { grid })).toBe("not-finite");
});

test("a refused row is left as it was", () => {
  const row = Float32Array.from(steps(0.3, 200));
  const before = [...row];
  expect(judgeRow(row, new Float32Array(2), arena({})).admissible).toBe(false);
  expect([...row]).toEqual(before);
});

test("an admissible row's distances are in input units", () => {
  const verdict = judgeRow(Float32Array.from(steps(3, 4, 0)), new Float32Array(3), arena({ epsilon: 8 / 255 }));
  expect(verdict).toEqual({ admissible: true, distance: { linf: 4 / 255, l2: 5 / 255, l1: 7 / 255, l0: 2 } });
});
