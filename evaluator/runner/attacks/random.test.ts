import { describe, expect, test } from "vitest";
import { Random, streamOf, threefry } from "#evaluator/runner/attacks/random.ts";

describe("threefry-2x32", () => {
  // The known answers that the paper's authors publish with their code (Random123, kat_vectors).
  test.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [-1, -1],
      [-1, -1],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x243f6a88, 0x85a308d3],
      [0x13198a2e, 0x03707344],
      [0xc4923a9c, 0x483df7a0],
    ],
  ])("counter %j under key %j is %j", (counter, [k0, k1], expected) => {
    const block = Int32Array.from(counter);
    threefry(block, k0! | 0, k1! | 0);
    expect([...new Uint32Array(block.buffer)]).toEqual(expected);
  });
});

// The key is fixed, so these pass always or never; each bound is over four standard errors.
const N = 100_000;
const draws = (fill: (random: Random, into: Float32Array) => void) => {
  const into = new Float32Array(N);
  fill(streamOf("seed", "attack", 7), into);
  return into;
};
const mean = (values: Float32Array, of: (value: number) => number) => values.reduce((sum, v) => sum + of(v), 0) / N;

test("uniform draws fill their interval evenly", () => {
  const values = draws((random, into) => random.fillUniform(into, -1, 3));
  const bins = new Array<number>(20).fill(0);
  for (const value of values) bins[Math.min(19, Math.floor(((value + 1) / 4) * 20))]!++;
  // 19 degrees of freedom: 0.9999 lie below 49.
  expect(bins.reduce((sum, count) => sum + (count - N / 20) ** 2 / (N / 20), 0)).toBeLessThan(49);
});

test("normal draws have the moments of their distribution", () => {
  const values = draws((random, into) => random.fillNormal(into));
  expect(Math.abs(mean(values, (v) => v))).toBeLessThan(4.5 / Math.sqrt(N));
  expect(Math.abs(mean(values, (v) => v ** 2) - 1)).toBeLessThan(4.5 * Math.sqrt(2 / N));
  expect(Math.abs(mean(values, (v) => v ** 4) - 3)).toBeLessThan(4.5 * Math.sqrt(96 / N));
});

test("signs are balanced, and each is drawn apart from its neighbours", () => {
  const values = draws((random, into) => random.fillSigns(into, 0.5));
  expect(new Set(values)).toEqual(new Set([0.5, -0.5]));
  expect(Math.abs(mean(values, (v) => 2 * v))).toBeLessThan(4.5 / Math.sqrt(N));
  const pairs = values.map((value, i) => 4 * value * values[(i + 1) % N]!);
  expect(Math.abs(mean(pairs, (v) => v))).toBeLessThan(4.5 / Math.sqrt(N));
});

test("signed draws move each value by its own part, up as often as down, each apart from its neighbours", () => {
  const moves = Float32Array.from({ length: N }, (_, i) => 1 + (i % 7));
  const values = draws((random, into) => random.fillSigned(into, new Float32Array(N), [moves], [-9, 9]));
  for (const [i, value] of values.entries())
    if (Math.abs(value) !== moves[i]) throw new Error(`value ${i} is ${value}`);
  const signs = values.map(Math.sign);
  expect(Math.abs(mean(signs, (v) => v))).toBeLessThan(4.5 / Math.sqrt(N));
  const pairs = signs.map((sign, i) => sign * signs[(i + 1) % N]!);
  expect(Math.abs(mean(pairs, (v) => v))).toBeLessThan(4.5 / Math.sqrt(N));
});

test("rows of signed draws take the moves in turns, stay in the range, and differ", () => {
  const clean = Float32Array.of(0.5, 0.1, 0.9, 0.5, 0.5);
  const rows = new Float32Array(400);
  const moves = [0.2, 0.3].map((move) => new Float32Array(5).fill(move));
  streamOf("seed", "attack", 1).fillSigned(rows, clean, moves, [0, 1]);
  const expected = [
    [0.3, 0.7, 0, 0.3, 0.7, 1],
    [0.2, 0.8, 0, 0.4, 0.6, 1],
  ];
  for (const [turn, values] of expected.entries()) {
    const found = [...rows].filter((_, i) => Math.floor(i / 5) % 2 === turn);
    expect(new Set(found.map((value) => Math.round(value * 10)))).toEqual(
      new Set(values.map((value) => Math.round(value * 10))),
    );
  }
  expect(new Set(Array.from({ length: 80 }, (_, row) => rows.slice(row * 5, row * 5 + 5).join())).size).toBeGreaterThan(
    30,
  );
});

test("below gives every number under its bound, and none beyond", () => {
  const random = streamOf("seed", "attack", 0);
  expect(new Set(Array.from({ length: 500 }, () => random.below(7)))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
  expect(random.below(1)).toBe(0);
});

test("a stream follows from seed, attack and point, and differs where any of them does", () => {
  const first = (seed: string, attack: string, point: number) => {
    const random = streamOf(seed, attack, point);
    return [random.word(), random.word(), random.word()].join();
  };
  expect(first("s", "a", 1)).toBe(first("s", "a", 1));
  const all = ["s", "t"].flatMap((s) => ["a", "ab", "b"].flatMap((a) => [0, 1, 10, 256].map((p) => first(s, a, p))));
  expect(new Set(all).size).toBe(all.length);
});

test("a stream goes on beyond 2^32 blocks without repeating itself", () => {
  const words = (counter: number) => {
    const random = new Random(Int32Array.of(1, 2), counter);
    return [random.word(), random.word(), random.word()];
  };
  expect(words(1)[0]).toBe(words(0)[2]);
  expect(words(2 ** 32)).not.toEqual(words(0));
});
