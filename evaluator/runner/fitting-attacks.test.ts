import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  forestModel,
  type LinearWeights,
  labelsModel,
  linearModel,
  nearestMean,
} from "#evaluator/runner/testing/classical.ts";
import { type CommandReport, fashionPoints, gauntletOn } from "#evaluator/runner/testing/command-line.ts";

const SIZE = 28 * 28;
const REACH = 25;
const folder = mkdtempSync(join(tmpdir(), "gauntlet-fitting-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const points = fashionPoints(folder, 60);
const means = nearestMean(points);

function report(bytes: Uint8Array, ...more: string[]): CommandReport {
  const file = join(folder, "model.onnx");
  writeFileSync(file, bytes);
  return gauntletOn(file, points, ...more);
}
const taken = ({ attacks }: CommandReport, id: string) => {
  const stage = attacks.find((attack) => attack.id === id);
  return stage && stage.standingBefore - stage.standingAfter;
};

/** How many points a linear model keeps at L-infinity: those at which no corner of the ball lets another class lead. */
function kept({ weight, bias }: LinearWeights): number {
  return [...points.y.keys()].filter((image) => {
    const label = points.y[image]!;
    const pixels = points.x.subarray(image * SIZE, (image + 1) * SIZE);
    return bias.every((_, k) => {
      if (k === label) return true;
      let lead = bias[label]! - bias[k]!;
      pixels.forEach((pixel, i) => {
        const slope = weight[label * SIZE + i]! - weight[k * SIZE + i]!;
        const worst = slope > 0 ? Math.max(0, pixel - REACH) : Math.min(255, pixel + REACH);
        lead += (slope * worst) / 255;
      });
      return lead > 0;
    });
  }).length;
}

test("a linear model is solved: what the exact attack leaves is what no input of the ball takes", {
  timeout: 60_000,
}, () => {
  const found = report(linearModel(means));
  expect(found.survey).toMatchObject({ linear: true, trees: false, flat: false });
  const exact = found.attacks.find(({ id }) => id === "quick/linear-exact")!;
  expect(exact.standingAfter).toBe(kept(means));
  expect(found.robustAccuracy * 60).toBeCloseTo(kept(means), 6);
});

test("a forest is read as boxes, thresholds on scaled pixels included, and falls to the attack on leaves", {
  timeout: 120_000,
}, () => {
  const found = report(forestModel(points));
  expect(found.survey).toMatchObject({ trees: true, linear: false, flat: true });
  expect(found.cleanAccuracy).toBeGreaterThan(0.8);
  expect(taken(found, "quick/leaf-tuple")).toBeGreaterThan(0);
  expect(found.robustAccuracy).toBeLessThan(0.2);
});

test("a model that answers labels alone is seen to, and falls to rays as its linear twin does to the formula", {
  timeout: 120_000,
}, () => {
  const found = report(labelsModel(means), "--tier", "full");
  expect(found.survey).toMatchObject({ flat: true, moves: false });
  expect(found.attacks.map(({ id }) => id)).toEqual(expect.arrayContaining(["full/rays", "full/hopskipjump"]));
  expect(found.robustAccuracy * 60).toBeLessThanOrEqual(kept(means) + 1);
});
