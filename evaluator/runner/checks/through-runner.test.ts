import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checkout } from "#commands/checkout.ts";
import { nearestStored } from "#evaluator/runner/checks/testing/memory.ts";
import { fashionPoints, gauntletOn } from "#evaluator/runner/testing/command-line.ts";

const COUNT = 80;
const folder = mkdtempSync(join(tmpdir(), "gauntlet-checks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const points = fashionPoints(folder, COUNT);

const flagsOf = (model: string) => gauntletOn(join(checkout, model), points).flags.map(({ id }) => id);

const STEPS = ["zero-gradients", "finite-differences"];
/** The tricks of train.py and what gives each away. A median has a gradient that is right: attacks need no help there. */
const CASES: [model: string, flags: string[]][] = [
  ["plain", []],
  ["adversarially-trained", []],
  ["median", []],
  ["bit-depth", STEPS],
  ["thermometer", STEPS],
  ["jpeg", STEPS],
  ["neighbours", STEPS],
  // The house sees through a count of votes to the voters' scores, whose slope is not that of the votes.
  ["vote", ["finite-differences"]],
  ["winners-take-all", ["finite-differences"]],
  ["scaled", ["cross-entropy-underflow"]],
  ["distilled", ["cross-entropy-underflow"]],
  ["noise", ["randomised"]],
];

test.each(CASES)("%s raises %j, through ONNX Runtime in the sandbox", { timeout: 60_000 }, (model, flags) => {
  expect(flagsOf(`evaluator/runner/known-broken/${model}.onnx`)).toEqual(flags);
});

test("a model that stores the points and answers as the nearest is caught, by the full tier too", {
  timeout: 120_000,
}, () => {
  const stored = {
    shape: [1, 28, 28],
    classes: 10,
    x: Float32Array.from(points.x, (value) => value / 255),
    labels: [...points.y],
  };
  const model = join(folder, "stored.onnx");
  writeFileSync(model, nearestStored(stored));
  const { robustAccuracy, flags } = gauntletOn(model, points, "--tier", "full");
  expect(robustAccuracy).toBeGreaterThan(0.5);
  expect(flags.map(({ id }) => id)).toEqual(["nearest-point"]);
});
