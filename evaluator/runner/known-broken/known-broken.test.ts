import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fashionPoints, gauntletOn } from "#evaluator/runner/testing/command-line.ts";

/**
 * Tricks of published defenses on one Fashion-MNIST network (train.py), at L-infinity 25/255: most hide its gradient, and
 * none helps against the quick tier. Votes and k-winners-take-all keep the most: their surrogates are the roughest.
 */
const KEPT: [model: string, atMost: number][] = [
  ["plain", 0.03],
  ["bit-depth", 0.03],
  ["thermometer", 0.03],
  ["scaled", 0.03],
  ["median", 0.05],
  ["distilled", 0.06],
  ["jpeg", 0.07],
  ["neighbours", 0.07],
  ["noise", 0.06],
  ["vote", 0.13],
  ["winners-take-all", 0.16],
];
const COUNT = 200;

const folder = mkdtempSync(join(tmpdir(), "gauntlet-known-broken-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const points = fashionPoints(folder, COUNT);
const attacked = (model: string) => gauntletOn(join(import.meta.dirname, `${model}.onnx`), points);

const timeout = 180_000;

test.each(KEPT)("%s keeps at most %f of its points", { timeout }, (model, atMost) => {
  const { cleanAccuracy, robustAccuracy } = attacked(model);
  expect(cleanAccuracy).toBeGreaterThan(0.8);
  expect(robustAccuracy).toBeLessThanOrEqual(atMost);
});

test("an adversarially trained network keeps what is its own", { timeout }, () => {
  expect(attacked("adversarially-trained").robustAccuracy).toBeGreaterThan(0.6);
});
