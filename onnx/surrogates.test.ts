import { describe, expect, test } from "vitest";
import { float, traced } from "#golden/gradients.ts";
import { floats, node } from "#golden/graph.ts";
import { layers } from "#golden/surrogate-cases/quantised.ts";
import { derivative, modelFor, ROWS, slopes, WIDTH, weights, x } from "#golden/surrogate-cases/slopes.ts";
import { steps } from "#golden/surrogate-cases/steps.ts";
import { votes } from "#golden/surrogate-cases/votes.ts";
import { gradientOf } from "#onnx/gradient.ts";
import { elementTypes } from "#onnx/model.ts";
import { surrogateOps } from "#onnx/surrogates.ts";
import { tensorOf } from "#onnx/values.ts";

describe.each(steps)("$op", ({ op, nodes, constants = {}, straight, smooth, slope }) => {
  const model = modelFor(nodes, constants, 18);

  test("has no path by true derivatives, or a lesser one", async () => {
    const feeds = { input: float(x, [ROWS, WIDTH]) };
    const trace = await traced(model, feeds, ROWS);
    const result = gradientOf(model, { trace, classes: 2, variant: "exact", cutHead: false });
    if (op === "Where") expect(result.ok && result.stops).toEqual(["Greater"]);
    else expect(!result.ok && result.reason).toBe("no-path");
  });

  test("lets the gradient straight through, and says where", async () => {
    const found = await slopes(model, "straight-through");
    for (const [i, value] of x.entries()) expect(found.slopes[i]).toBeCloseTo(straight(value), 4);
    if (op !== "Where") expect(found.places).toContain(op.replace("ai.onnx.ml:", ""));
  });

  test("has the slope of its smooth form", async () => {
    const found = await slopes(model, "smooth");
    for (const [i, value] of x.entries())
      expect(found.slopes[i]).toBeCloseTo(slope ? slope(value) : derivative(smooth!, value), 2);
  });
});

test.each(layers)("$op has the slope of the layer on real numbers", async ({ nodes, real: plain, constants }) => {
  const found = await slopes(modelFor(nodes, constants, 17), "straight-through");
  const wanted = await slopes(modelFor(plain, constants, 17), "exact");
  for (const [i, slope] of wanted.slopes.entries())
    expect(Math.abs(found.slopes[i]! - slope)).toBeLessThan(1e-3 * (1 + Math.abs(slope)));
});

test("QLinearMatMul lets nothing through where it saturates", async () => {
  const narrow = { ...layers[0]!.constants, ys: floats([], [1e-6]) };
  const found = await slopes(modelFor(layers[0]!.nodes, narrow, 17), "straight-through");
  expect(found.slopes.every((slope) => slope === 0)).toBe(true);
});

test("DynamicQuantizeLinear passes the gradient by its own scale", async () => {
  const nodes = [node("DynamicQuantizeLinear", "input", "q s z"), node("DequantizeLinear", "q s z", "y")];
  for (const slope of (await slopes(modelFor(nodes, {}, 18), "straight-through")).slopes)
    expect(slope).toBeCloseTo(1, 5);
});

/** The soft choice among a row: softmax of how far each lies below the best, in units of the mean. */
function choice(row: number[]): number[] {
  const best = Math.max(...row);
  const gaps = row.map((v) => best - v);
  const mean = gaps.reduce((sum, v) => sum + v, 0) / row.length + 1e-6;
  const powers = gaps.map((v) => Math.exp((-8 * v) / mean));
  const total = powers.reduce((sum, v) => sum + v, 0);
  return powers.map((v) => v / total);
}

test.each(votes)("a vote by %s has the slopes of a softmax", async (_, nodes, constants) => {
  const found = await slopes(modelFor(nodes, constants, 17), "smooth");
  for (let row = 0; row < ROWS; row++) {
    const values = Array.from(x.subarray(row * WIDTH, (row + 1) * WIDTH));
    const score = (list: number[]) => choice(list).reduce((sum, p, i) => sum + p * weights[i]!, 0);
    for (let i = 0; i < WIDTH; i++) {
      const slope = (score(values.with(i, values[i]! + 1e-5)) - score(values.with(i, values[i]! - 1e-5))) / 2e-5;
      expect(found.slopes[row * WIDTH + i]! * weights[i]!).toBeCloseTo(slope, 3);
    }
  }
});

test("an entry of a codebook passes the gradient to what it stands for", async () => {
  const [, nodes, constants] = votes.find(([name]) => name === "Gather")!;
  const found = await slopes(modelFor(nodes, constants, 17), "straight-through");
  for (const slope of found.slopes) expect(slope).toBeCloseTo(1, 5);
  expect(found.places).toEqual(["Gather"]);
});

test("a whole number compared with another has the slope of a bump", async () => {
  const one = tensorOf(elementTypes.int64, [], BigInt64Array.of(1n));
  const nodes = [
    node("Cast", "input", "i", { to: elementTypes.int64 }),
    node("Equal", "i one", "c"),
    node("Cast", "c", "y", { to: elementTypes.float32 }),
  ];
  const found = await slopes(modelFor(nodes, { one }, 18), "straight-through");
  for (const [i, value] of x.entries()) {
    const d = Math.trunc(value) - 1;
    expect(found.slopes[i]).toBeCloseTo(-2 * d * Math.exp(-d * d), 4);
  }
});

test("every operator with a surrogate is tested, trees beside their rule", () => {
  const tested = [...steps.map(({ op }) => op), ...layers.map(({ op }) => op), ...votes.map(([op]) => op)];
  const alone = ["DequantizeLinear", "DynamicQuantizeLinear", "ArgMax"];
  const trees = ["ai.onnx.ml:TreeEnsembleClassifier", "ai.onnx.ml:TreeEnsembleRegressor"];
  expect(surrogateOps.filter((op) => ![...tested, ...alone, ...trees].includes(op))).toEqual([]);
});
