import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeRow } from "#contest/admissible.ts";
import { quantise } from "#evaluator/runner/attacks/quantise.ts";
import { anyArena, anyClean, arenaOf, NORMS } from "#evaluator/runner/attacks/testing/arenas.ts";

const wild = fc.oneof(fc.double({ noNaN: false }), fc.double({ min: -3, max: 3, noNaN: true }));
const cases = anyArena.chain((arena) =>
  anyClean(arena).chain((clean) => {
    const row = fc
      .array(wild, { minLength: clean.length, maxLength: clean.length })
      .map((values) => Float32Array.from(values));
    return fc.record({ arena: fc.constant(arena), clean: fc.constant(clean), x: row, slope: row });
  }),
);

test("whatever comes in, what goes out is admissible, in any arena, rounded to the nearest or uphill", () => {
  fc.assert(
    fc.property(cases, fc.boolean(), ({ arena, clean, x, slope }, uphill) => {
      const row = quantise(x, clean, arena, uphill ? slope : undefined);
      const judged = Float32Array.from(row);
      expect(judgeRow(judged, clean, arena)).toMatchObject({ admissible: true });
      // On a grid judging rounds in place: it must find nothing left to round.
      expect([...judged]).toEqual([...row]);
    }),
    { numRuns: 2000 },
  );
});

test.each(NORMS)("%s: an admissible row on the grid comes out as it was", (norm) => {
  const arena = arenaOf(norm, 255, { shape: [1, 2, 4], ...(norm === "L0" && { epsilon: 2 }) });
  const clean = Float32Array.from([0, 255, 100, 100, 7, 8, 9, 10], (v) => v / 255);
  const row = Float32Array.from([9, 250, 100, 100, 7, 8, 9, 10], (v) => v / 255);
  expect(judgeRow(Float32Array.from(row), clean, arena).admissible).toBe(true);
  expect([...quantise(row, clean, arena)]).toEqual([...row]);
});

test("uphill goes to the next step along the slope, and stays at steps that are meant", () => {
  const arena = arenaOf("Linf", 255, { shape: [1, 1, 4] });
  const clean = Float32Array.from([100, 100, 100, 100], (v) => v / 255);
  const x = Float32Array.from([103.3, 103.7, 103.00001, 111.9], (v) => v / 255);
  const steps = (towards?: Float32Array) => Array.from(quantise(x, clean, arena, towards), (v) => Math.round(v * 255));
  expect(steps()).toEqual([103, 104, 103, 112]);
  expect(steps(Float32Array.of(1, -1, 1, 1))).toEqual([104, 103, 103, 112]);
});

test("L2 and L1 give up no more steps than the ball asks for", () => {
  const clean = new Float32Array(8);
  const x = new Float32Array(8).fill(1.5 / 255);
  for (const [norm, radius] of [
    ["L1", 12],
    ["L2", Math.sqrt(18)],
  ] as const) {
    const row = quantise(x, clean, arenaOf(norm, 255, { epsilon: radius / 255, shape: [1, 1, 8] }));
    const steps = Array.from(row, (v) => Math.round(v * 255));
    const used = steps.reduce((sum, step) => sum + (norm === "L1" ? step : step ** 2), 0);
    // Eight values of 1 or 2 steps: 12 steps in all, or squares of 17 (one more 2 would make 20).
    expect(used).toBe(norm === "L1" ? 12 : 17);
  }
});
