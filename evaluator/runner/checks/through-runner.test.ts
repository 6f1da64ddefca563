import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checkout } from "#commands/checkout.ts";
import { fashionPoints, gauntletOn } from "#evaluator/runner/testing/command-line.ts";

const COUNT = 24;
const folder = mkdtempSync(join(tmpdir(), "gauntlet-checks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const points = fashionPoints(folder, COUNT);

const flagsOf = (model: string) => gauntletOn(join(checkout, model), points).flags.map(({ id }) => id);

const CASES: [model: string, flags: string[]][] = [
  ["evaluator/runner/known-broken/distilled.onnx", ["zero-gradients"]],
  ["evaluator/runner/known-broken/plain.onnx", []],
  ["evaluator/runner/known-broken/adversarially-trained.onnx", []],
  ["challenges/fashion-mnist-linf/baselines/adversarially-trained.onnx", []],
];

test.each(CASES)("%s raises %j, through ONNX Runtime in the sandbox", { timeout: 60_000 }, (model, flags) => {
  expect(flagsOf(model)).toEqual(flags);
});
