import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { streamOf } from "#evaluator/runner/attacks/random.ts";
import { type ForestOptions, randomForest, treeNode } from "#evaluator/runner/attacks/testing/forest.ts";
import { leavesOf, neighbour, type TreeEnsemble, type Trees } from "#evaluator/runner/attacks/trees.ts";
import { modelOf, tensorValue } from "#golden/graph.ts";
import { encode } from "#onnx/encode.ts";
import { elementTypes } from "#onnx/model.ts";

const FEATURES = 6;
const ROWS = 200;

/** Scores by the boxes, and in how many boxes of each tree the input lies. */
function byBoxes({ trees, base }: Trees, x: Float32Array): { scores: Float64Array; boxes: number[] } {
  const scores = base.slice();
  const boxes = trees.map((leaves) => {
    const inside = leaves.filter(({ features, lows, highs }) =>
      features.every((feature, at) => x[feature]! >= lows[at]! && x[feature]! <= highs[at]!),
    );
    for (const { weights } of inside) for (let k = 0; k < weights.length; k++) scores[k]! += weights[k]!;
    return inside.length;
  });
  return { scores, boxes };
}

async function labels(ensemble: TreeEnsemble, classes: number, x: Float32Array): Promise<number[]> {
  const model = modelOf({
    nodes: [treeNode(ensemble, classes)],
    inputs: [tensorValue("x", ["N", FEATURES])],
    outputs: [tensorValue("l", ["N"], elementTypes.int64), tensorValue("s", ["N", classes])],
    opsets: { "": 17, "ai.onnx.ml": 1 },
  });
  const session = await InferenceSession.create(encode(model), { logSeverityLevel: 4 });
  const output = await session.run({ x: new Tensor("float32", x, [x.length / FEATURES, FEATURES]) });
  return Array.from(output.l!.data as BigInt64Array, Number);
}

const forests: [string, ForestOptions][] = [
  ["many classes", { trees: 5, depth: 3, features: FEATURES, classes: 4 }],
  [
    "every comparison",
    {
      trees: 5,
      depth: 3,
      features: FEATURES,
      classes: 3,
      modes: ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT"],
    },
  ],
  ["two classes, one column of scores", { trees: 5, depth: 3, features: FEATURES, classes: 2, binary: true }],
  [
    "two classes, one column of probabilities",
    { trees: 5, depth: 3, features: FEATURES, classes: 2, binary: true, positive: true },
  ],
];

describe.each(forests)("%s", (_, options) => {
  const ensemble = randomForest("trees", options);
  const range: [number, number] = [0, 1];

  test.each([null, 20, 40])(
    "every input lies in one leaf of each tree, and the leaves answer as ONNX Runtime does (grid %s)",
    async (grid) => {
      const trees = leavesOf(ensemble, options.classes, { range, grid })!;
      const x = new Float32Array(ROWS * FEATURES);
      streamOf("trees", "x", 0).fillUniform(x, 0, 1);
      // Without a grid, half of the values are put on splits, where <= and < differ.
      for (let i = 0; i < x.length; i++)
        if (grid !== null || i % 2 === 0) x[i] = Math.round(x[i]! * (grid ?? 40)) / (grid ?? 40);
      const expected = await labels(ensemble, options.classes, x);
      const found = Array.from({ length: ROWS }, (_, row) => {
        const { scores, boxes } = byBoxes(trees, x.subarray(row * FEATURES, (row + 1) * FEATURES));
        expect(boxes).toEqual(trees.trees.map(() => 1));
        return scores.indexOf(Math.max(...scores));
      });
      expect(new Set(expected).size).toBeGreaterThan(1);
      expect(found).toEqual(expected);
    },
  );
});

test("leaves that no input of the range or of the grid reaches are left out, and ends of boxes are on the grid", () => {
  const ensemble = randomForest("trees", { trees: 4, depth: 4, features: 2, classes: 3 });
  const count = (trees: Trees) => trees.trees.reduce((sum, leaves) => sum + leaves.length, 0);
  const all = leavesOf(ensemble, 3, { range: [0, 1], grid: null })!;
  const few = leavesOf(ensemble, 3, { range: [0, 1], grid: 3 })!;
  expect(count(few)).toBeLessThan(count(all));
  const ends = few.trees.flatMap((leaves) => leaves.flatMap(({ lows, highs }) => [...lows, ...highs]));
  expect([...new Set(ends)].sort()).toEqual([0, Math.fround(1 / 3), Math.fround(2 / 3), 1]);
});

test.each(["BRANCH_EQ", "BRANCH_NEQ", "BRANCH_MEMBER"])("%s gives no interval, so there are no boxes", (mode) => {
  const ensemble = randomForest("trees", { trees: 1, depth: 1, features: 2, classes: 3, modes: [mode] });
  expect(leavesOf(ensemble, 3, { range: [0, 1], grid: null })).toBeNull();
});

test("a branch to a node that is not there gives no boxes", () => {
  const ensemble = randomForest("trees", { trees: 1, depth: 1, features: 2, classes: 3 });
  expect(leavesOf({ ...ensemble, nodes_truenodeids: [9, 0, 0] }, 3, { range: [0, 1], grid: null })).toBeNull();
});

test.each([0, 1, -1, 0.5, 1e-40, -3.75])("%d has a neighbour on either side with nothing between", (value) => {
  const start = Math.fround(value);
  for (const direction of [1, -1] as const) {
    const next = neighbour(start, direction);
    expect(Math.sign(next - start)).toBe(direction);
    const middle = Math.fround((start + next) / 2);
    expect(middle === start || middle === next).toBe(true);
    expect(neighbour(next, -direction as 1 | -1) === start).toBe(true);
  }
});
