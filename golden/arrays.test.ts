import { describe, expect, test } from "vitest";
import { readExamples } from "#arrays/examples.ts";
import { Problem } from "#contest/problem.ts";
import { badArrays, GOLDEN_EXPECTED } from "./arrays.ts";

const all = [...badArrays()];
const megabytesEver = () => process.resourceUsage().maxRSS / 1024;

describe("every bad file is answered by its own code, with words that help", () => {
  test.each(all)("$name", ({ code, sentence, bytes }) => {
    const result = readExamples(bytes, GOLDEN_EXPECTED);
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect(result.problems.map((problem) => problem.code)).toEqual([code]);
    const problem = Problem.parse(result.problems[0]);
    expect(`${problem.message} ${problem.expected} ${problem.fix}`).toContain(sentence);
    expect(problem.fix).toBeTruthy();
  });
});

test("there are at least 60 of them, under names of their own", () => {
  const names = all.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(60);
});

test("bombs are stopped: reading each ten times takes a fraction of the gigabyte that one of them claims", () => {
  const bombs = all.filter(({ code }) => /^npz-(bomb|too-large|overlap)|^npy-too-large/.test(code));
  expect(bombs.length).toBeGreaterThanOrEqual(6);
  const before = megabytesEver();
  for (const { bytes } of bombs) for (let i = 0; i < 10; i++) readExamples(bytes, GOLDEN_EXPECTED);
  expect(megabytesEver() - before).toBeLessThan(256);
});
