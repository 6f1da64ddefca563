import fc from "fast-check";
import { expect, test } from "vitest";
import { shuffled } from "#evaluator/shuffle.ts";

const identity = (n: number) => Array.from({ length: n }, (_, i) => i);

test("every seed gives a permutation, the same one each time", () => {
  fc.assert(
    fc.property(fc.nat(300), fc.string(), (n, seed) => {
      const order = shuffled(n, seed);
      expect([...order].sort((a, b) => a - b)).toEqual(identity(n));
      expect(shuffled(n, seed)).toEqual(order);
    }),
  );
});

test("seeds give different orders", () => {
  expect(new Set(identity(100).map((i) => shuffled(20, `seed ${i}`).join())).size).toBe(100);
});

test("each of the orders of four comes about equally often", () => {
  const RUNS = 12_000;
  const times = new Map<string, number>();
  for (let i = 0; i < RUNS; i++) {
    const order = shuffled(4, String(i)).join();
    times.set(order, (times.get(order) ?? 0) + 1);
  }
  expect(times.size).toBe(24);
  const expected = RUNS / 24;
  const chiSquare = [...times.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 23 degrees of freedom: 0.9999 lie below 55.2. The seeds are fixed, so this passes always or never.
  expect(chiSquare).toBeLessThan(55.2);
});

test("long orders have as many cycles as random permutations", () => {
  const cycles = (order: Uint32Array) => {
    const seen = new Set<number>();
    let count = 0;
    for (const start of order.keys()) {
      if (!seen.has(start)) count++;
      for (let at = start; !seen.has(at); at = order[at]!) seen.add(at);
    }
    return count;
  };
  const RUNS = 500;
  const N = 200;
  const mean = identity(RUNS).reduce((sum, i) => sum + cycles(shuffled(N, `long ${i}`)), 0) / RUNS;
  // The expectation is the harmonic number, the variance smaller than it by about pi^2 / 6.
  const harmonic = identity(N).reduce((sum, i) => sum + 1 / (i + 1), 0);
  expect(Math.abs(mean - harmonic)).toBeLessThan(4 * Math.sqrt((harmonic - Math.PI ** 2 / 6) / RUNS));
});
