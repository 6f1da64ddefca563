import { describe, expect, test } from "vitest";
import { type Distribution, fillNoise } from "#evaluator/runner/noise.ts";

const KEY = Uint8Array.from({ length: 16 }, (_, i) => i * 17);
const NORMAL: Distribution = { kind: "normal", mean: 3, scale: 2 };
const UNIFORM: Distribution = { kind: "uniform", low: -1, high: 3 };

function draws(distribution: Distribution, n: number, key = KEY, draw = 0, stream = 0): Float32Array {
  const into = new Float32Array(n);
  fillNoise(into, distribution, new DataView(key.buffer), draw, stream);
  return into;
}

/** Mean, and the central moments 2 to 4. */
function moments(values: Float32Array) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const central = (power: number) => values.reduce((sum, v) => sum + (v - mean) ** power, 0) / values.length;
  return { mean, variance: central(2), skew: central(3), kurtosis: central(4) / central(2) ** 2 };
}

// The key is fixed, so these pass always or never; each bound is over four standard errors.
const N = 200_000;

test("normal draws have the moments of their distribution", () => {
  const { mean, variance, skew, kurtosis } = moments(draws(NORMAL, N));
  expect(Math.abs(mean - 3)).toBeLessThan(4.5 * (2 / Math.sqrt(N)));
  expect(Math.abs(variance - 4)).toBeLessThan(4.5 * 4 * Math.sqrt(2 / N));
  expect(Math.abs(skew / 8)).toBeLessThan(4.5 * Math.sqrt(6 / N));
  expect(Math.abs(kurtosis - 3)).toBeLessThan(4.5 * Math.sqrt(24 / N));
});

test("uniform draws fill their interval evenly and do not leave it", () => {
  const values = draws(UNIFORM, N);
  expect(Math.min(...values.subarray(0, 50_000))).toBeGreaterThanOrEqual(-1);
  expect(Math.max(...values.subarray(0, 50_000))).toBeLessThan(3);
  const bins = new Array<number>(20).fill(0);
  for (const value of values) bins[Math.floor(((value + 1) / 4) * 20)]!++;
  const chiSquare = bins.reduce((sum, count) => sum + (count - N / 20) ** 2 / (N / 20), 0);
  // 19 degrees of freedom: 0.9999 lie below 49.
  expect(chiSquare).toBeLessThan(49);
});

test("consecutive draws are not correlated", () => {
  const values = draws({ kind: "normal", mean: 0, scale: 1 }, N);
  for (const lag of [1, 2, 3, 784]) {
    const sum = values.subarray(lag).reduce((total, value, i) => total + value * values[i]!, 0);
    expect(Math.abs(sum / (N - lag))).toBeLessThan(4.5 / Math.sqrt(N));
  }
});

describe("noise depends on key, draw and stream alone", () => {
  test("the same three give the same noise, whatever was drawn in between", () => {
    const first = draws(NORMAL, 9, KEY, 5, 2);
    draws(UNIFORM, 100, KEY, 4, 2);
    expect(draws(NORMAL, 9, KEY, 5, 2)).toEqual(first);
    expect(draws(NORMAL, 5, KEY, 5, 2)).toEqual(first.subarray(0, 5));
  });

  test("every key, draw and stream has its own", () => {
    const seen = new Set<string>();
    for (let draw = 0; draw < 99; draw++)
      for (let stream = 0; stream < 8; stream++) seen.add(draws(UNIFORM, 4, KEY, draw, stream).join());
    for (let byte = 0; byte < 16; byte++)
      for (let bit = 0; bit < 8; bit++) seen.add(draws(UNIFORM, 4, KEY.with(byte, KEY[byte]! ^ (1 << bit))).join());
    expect(seen.size).toBe(99 * 8 + 16 * 8);
  });

  test("neighbouring draws and streams are not correlated", () => {
    const [base, nextDraw, nextStream] = [draws(NORMAL, N), draws(NORMAL, N, KEY, 1, 0), draws(NORMAL, N, KEY, 0, 1)];
    for (const near of [nextDraw, nextStream]) {
      const correlation = base.reduce((sum, v, i) => sum + ((v - 3) * (near[i]! - 3)) / 4, 0) / N;
      expect(Math.abs(correlation)).toBeLessThan(4.5 / Math.sqrt(N));
    }
  });
});

test("a zero key is noise like any other, and half of a pair is left out where the length is odd", () => {
  const values = draws(NORMAL, 10_001, new Uint8Array(16));
  expect(values.every(Number.isFinite)).toBe(true);
  expect(Math.abs(moments(values).mean - 3)).toBeLessThan(0.1);
  expect(values.at(-1)).not.toBe(0);
});
