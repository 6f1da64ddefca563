import fc from "fast-check";
import { expect, test } from "vitest";
import { project } from "#evaluator/runner/attacks/ball.ts";
import { lengthOf } from "#evaluator/runner/attacks/norms.ts";
import { anyArena, anyClean } from "#evaluator/runner/attacks/testing/arenas.ts";

const moves = (size: number, width: number) =>
  fc.array(fc.double({ min: -2 * width, max: 2 * width, noNaN: true }), { minLength: size, maxLength: size });

/** An arena, a clean input, and two more inputs around it that may lie anywhere. */
const cases = anyArena.chain((arena) =>
  anyClean(arena).chain((clean) => {
    const [low, high] = arena.range;
    const near = () => moves(clean.length, high - low).map((change) => clean.map((value, i) => value + change[i]!));
    return fc.record({ arena: fc.constant(arena), clean: fc.constant(clean), x: near(), other: near() });
  }),
);

test("a projected point is in the ball and in the range, but for float32's rounding", () => {
  fc.assert(
    fc.property(cases, ({ arena, clean, x }) => {
      project(x, clean, arena);
      const [low, high] = arena.range;
      const rounding = 1e-6 * Math.max(1, Math.abs(low), Math.abs(high));
      expect(lengthOf(arena.norm, x, clean)).toBeLessThanOrEqual(arena.epsilon + rounding * x.length);
      for (const value of x) {
        expect(value).toBeGreaterThanOrEqual(low - rounding);
        expect(value).toBeLessThanOrEqual(high + rounding);
      }
    }),
    { numRuns: 500 },
  );
});

test("no point of ball and range lies on the outer side of the projection (Linf, L2, L1: it is the nearest)", () => {
  fc.assert(
    fc.property(
      cases.filter(({ arena }) => arena.norm !== "L0"),
      fc.double({ min: 0, max: 1, noNaN: true }),
      ({ arena, clean, x, other }, pull) => {
        const from = Float32Array.from(x);
        project(x, clean, arena);
        // Some other point of the set: cut to the range, then pulled to the clean input until it is in the ball.
        const [low, high] = arena.range;
        const cut = other.map((value) => Math.min(Math.max(value, low), high));
        const share = Math.min(
          1,
          (arena.epsilon * (0.5 + pull / 2)) / Math.max(1e-9, lengthOf(arena.norm, cut, clean)),
        );
        const inside = cut.map((value, i) => clean[i]! + share * (value - clean[i]!));
        let outer = 0;
        let scale = 0;
        for (let i = 0; i < x.length; i++) {
          outer += (from[i]! - x[i]!) * (inside[i]! - x[i]!);
          scale += Math.abs(from[i]! - x[i]!) * (high - low);
        }
        expect(outer).toBeLessThanOrEqual(2e-6 * (scale + 1));
      },
    ),
    { numRuns: 1000 },
  );
});

test("what the range cuts off, the other values use: the projection of a point outside lies on the rim (L2, L1)", () => {
  fc.assert(
    fc.property(
      cases.filter(({ arena }) => arena.norm === "L2" || arena.norm === "L1"),
      ({ arena, clean, x }) => {
        const [low, high] = arena.range;
        const cut = x.map((value) => Math.min(Math.max(value, low), high));
        fc.pre(lengthOf(arena.norm, cut, clean) > arena.epsilon);
        project(x, clean, arena);
        expect(Math.abs(lengthOf(arena.norm, x, clean) / arena.epsilon - 1)).toBeLessThan(1e-4);
      },
    ),
    { numRuns: 500 },
  );
});

test("L2 scales on until nothing more is cut, however many times that frees radius", () => {
  const clean = Float32Array.from({ length: 12 }, (_, i) => 1 - 0.1 * 2 ** -i);
  const x = clean.map((value) => value + 1);
  const arena = { norm: "L2", epsilon: 0.1154, range: [0, 1], grid: null, shape: [1, 1, 12], classes: 2 } as const;
  project(x, clean, { ...arena, range: [0, 1], shape: [1, 1, 12] });
  expect(lengthOf("L2", x, clean)).toBeCloseTo(0.1154, 6);
});

test("L0 keeps the choice of values that brings it nearest, of all choices", () => {
  const size = 7;
  const value = fc.double({ min: -2, max: 3, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: size, maxLength: size }),
      fc.array(value, { minLength: size, maxLength: size }),
      fc.integer({ min: 1, max: size }),
      (clean, wanted, count) => {
        const [from, x] = [Float32Array.from(clean), Float32Array.from(wanted)];
        const away = (row: Float32Array) => row.reduce((sum, v, i) => sum + (v - Math.fround(wanted[i]!)) ** 2, 0);
        let least = Number.POSITIVE_INFINITY;
        for (let choice = 0; choice < 1 << size; choice++) {
          const kept = from.map((v, i) => (choice & (1 << i) ? Math.min(Math.max(Math.fround(wanted[i]!), 0), 1) : v));
          if (lengthOf("L0", kept, from) <= count) least = Math.min(least, away(kept));
        }
        project(x, from, { norm: "L0", epsilon: count, range: [0, 1], grid: null, shape: [1, 1, size], classes: 2 });
        expect(lengthOf("L0", x, from)).toBeLessThanOrEqual(count);
        expect(away(x)).toBeCloseTo(least, 5);
      },
    ),
    { numRuns: 200 },
  );
});

test.each(["Linf", "L2", "L1", "L0"] as const)("%s: what is not a number goes back to the clean value", (norm) => {
  const x = Float32Array.of(Number.NaN, 0.5, 0.5);
  project(x, Float32Array.of(0.25, 0.5, 0.5), {
    norm,
    epsilon: 1,
    range: [0, 1],
    grid: null,
    shape: [1, 1, 3],
    classes: 2,
  });
  expect(x[0]).toBe(0.25);
});
