import { describe, expect, test } from "vitest";
import { arithmeticCases } from "#golden/gradient-cases/arithmetic.ts";
import type { Case } from "#golden/gradient-cases/case.ts";
import { classicalCases } from "#golden/gradient-cases/classical.ts";
import { difference } from "#golden/gradient-cases/difference.ts";
import { elementwiseCases } from "#golden/gradient-cases/elementwise.ts";
import { layerCases } from "#golden/gradient-cases/layers.ts";
import { moveCases } from "#golden/gradient-cases/move.ts";
import { reduceCases } from "#golden/gradient-cases/reduce.ts";
import { resizeCases } from "#golden/gradient-cases/resize.ts";
import { sequenceCases } from "#golden/gradient-cases/sequences.ts";
import { windowCases } from "#golden/gradient-cases/windows.ts";
import { quantile } from "#golden/gradients.ts";
import { gradientTable } from "#onnx/gradient-rules/table.ts";

const cases: Case[] = [
  ...elementwiseCases,
  ...arithmeticCases,
  ...reduceCases,
  ...moveCases,
  ...layerCases,
  ...windowCases,
  ...resizeCases,
  ...sequenceCases,
  ...classicalCases,
];
const runs = cases.flatMap((given, i) =>
  given.opsets.map((opset) => ({ title: `${given.op} ${given.what} (opset ${opset})`, given, opset, seed: i + 1 })),
);

test.each(runs)("$title: the gradient is that of differences, and values stay", async ({ given, opset, seed }) => {
  const { errors, offset, norm } = await difference(given, opset, seed);
  const [half, most] = given.linear ? [1e-5, 1e-5] : given.about ? [0.1, 0.3] : [1e-3, 1e-2];
  expect(offset).toBeLessThan(1e-5);
  expect(quantile(errors, 0.5)).toBeLessThan(half);
  expect(quantile(errors, 0.8)).toBeLessThan(most);
  expect(norm).toBeGreaterThan(0);
});

describe("the table", () => {
  const ruled = [...gradientTable].flatMap(([op, handling]) =>
    typeof handling === "function" || handling.kind !== "stop" ? [op] : [],
  );
  test.each(ruled)("%s has a case", (op) => {
    expect(cases.some((given) => given.op === op)).toBe(true);
  });
});
