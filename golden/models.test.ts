import { describe, expect, test } from "vitest";
import { Problem } from "#contest/problem.ts";
import { check } from "#onnx/check.ts";
import { honest } from "./graph.ts";
import { badModels, GOLDEN_CHALLENGE } from "./models.ts";

const all = [...badModels()];

describe("every bad model is answered by its own code, with words that help", () => {
  test.each(all)("$name", ({ code, sentence, bytes, side }) => {
    const result = check(bytes, side ? { ...GOLDEN_CHALLENGE, sideFile: side } : GOLDEN_CHALLENGE);
    expect(result.ok).toBe(false);
    if (result.ok) return;
    const problem = Problem.parse(result.problems[0]);
    expect(problem.code).toBe(code);
    const words = [problem.where, problem.message, problem.expected, problem.found, problem.fix].join(" ");
    expect(words).toContain(sentence);
    expect(problem.fix).toBeTruthy();
  });
});

test("what they are made from is itself admitted, so that each is bad for its own reason", () => {
  const result = check(honest(), GOLDEN_CHALLENGE);
  expect(result.ok && result.facts).toMatchObject({
    ops: { GlobalAveragePool: 1, Flatten: 1, Gemm: 1 },
    parameters: 20,
  });
});

test("there are at least 80 of them, under names of their own", () => {
  const names = all.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(80);
});
