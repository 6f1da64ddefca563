import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Expected, readExamples } from "#arrays/examples.ts";
import { readNpy, writeNpy } from "#arrays/npy.ts";
import { readNpz } from "#arrays/npz.ts";
import { writeNpz } from "#arrays/npz-write.ts";
import { Problem } from "#contest/problem.ts";

const fixtures = new URL("./fixtures/", import.meta.url);
const files = readdirSync(fixtures)
  .filter((name) => /\.np[yz]$/.test(name))
  .map((name) => new Uint8Array(readFileSync(new URL(name, fixtures))));
const expected: Expected = { count: 2, shape: [1, 2, 2], grid: 255, maxBytes: 4096 };

/** The same numbers below `limit` in every run (xorshift32). */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const INTERESTING = [0, 1, 0x27, 0x28, 0x2c, 0x30, 0x39, 0x50, 0x7f, 0x80, 0xfe, 0xff];

/** One to three small changes: a byte set or flipped, bytes copied, left out or cut off. */
function mutate(file: Uint8Array, below: (limit: number) => number): Uint8Array {
  let bytes = Uint8Array.from(file);
  for (let change = below(3); change >= 0 && bytes.length > 8; change--) {
    const at = below(bytes.length);
    const length = 1 + below(8);
    switch (below(6)) {
      case 0:
        bytes[at] = INTERESTING[below(INTERESTING.length)]!;
        break;
      case 1:
        bytes[at]! ^= 1 << below(8);
        break;
      case 2:
        bytes.fill(0xff, at, at + length);
        break;
      case 3:
        bytes.copyWithin(at, below(bytes.length), bytes.length - length);
        break;
      case 4:
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
        break;
      case 5:
        bytes = bytes.slice(0, at + 1);
    }
  }
  return bytes;
}

/** Reads a file through every door; what a door lets through must be no larger than its bounds. */
function readEverywhere(bytes: Uint8Array): { passed: boolean; problems: Problem[] } {
  const examples = readExamples(bytes, expected);
  const npy = readNpy(bytes);
  const npz = readNpz(bytes, ["x_adv", "index"], { maxBytes: expected.maxBytes });
  if (examples.ok) {
    expect(examples.x.length).toBe(examples.index.length * 4);
    expect(examples.x.byteLength).toBeLessThanOrEqual(2 * expected.maxBytes);
  }
  if (npy.ok) expect(npy.array.data.byteLength).toBeLessThanOrEqual(2 * bytes.length);
  const inflated = npz.ok ? [...npz.arrays.values()].reduce((sum, array) => sum + array.data.byteLength, 0) : 0;
  expect(inflated).toBeLessThanOrEqual(2 * expected.maxBytes);
  const results = [examples, npy, npz];
  return {
    passed: results.some((result) => result.ok),
    problems: results.flatMap((result) => (result.ok ? [] : result.problems)),
  };
}

test("20,000 damaged files are read or refused with sound problems: nothing throws, nothing outgrows its bound", () => {
  const below = numbers(20_261_123);
  const before = process.resourceUsage().maxRSS;
  const codes = new Set<string>();
  let passed = 0;
  for (let run = 0; run < 20_000; run++) {
    const mutated = mutate(files[below(files.length)]!, below);
    // Half of them inside an archive whose checksum is right, so that the damage reaches the reader within.
    const bytes = run % 2 === 0 ? mutated : writeNpz({ x_adv: mutated }, { compress: run % 8 === 1 });
    const result = readEverywhere(bytes);
    if (result.passed) passed++;
    for (const problem of result.problems) codes.add(Problem.parse(problem).code);
  }
  // The damage is neither all fatal nor all alike, or the runs above would show nothing.
  expect(passed).toBeGreaterThan(500);
  expect(codes.size).toBeGreaterThan(20);
  expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(256);
});

test("a sound file of each kind does pass through every door that is meant for it", () => {
  const npy = writeNpy({ shape: [2, 1, 2, 2], data: new Float32Array(8) });
  expect(readEverywhere(npy).problems).toHaveLength(1);
  expect(readEverywhere(writeNpz({ x_adv: npy }, { compress: true })).problems).toHaveLength(1);
});
