import { expect, test } from "vitest";
import { floats, node } from "#golden/graph.ts";
import { derivative, modelFor, ROWS, sigmoid, slopes, WIDTH, weights, x } from "#golden/surrogate-cases/slopes.ts";
import type { Node } from "#onnx/model.ts";

const stump = (prefix: string) => ({
  nodes_treeids: [0, 0, 0, 0, 0],
  nodes_nodeids: [0, 1, 2, 3, 4],
  nodes_featureids: [0, 3, 0, 0, 0],
  nodes_truenodeids: [1, 3, 0, 0, 0],
  nodes_falsenodeids: [2, 4, 0, 0, 0],
  [`${prefix}_treeids`]: [0, 0, 0],
  [`${prefix}_nodeids`]: [2, 3, 4],
  [`${prefix}_ids`]: [0, 1, 2],
});

/** golden's builder has no lists of floats or texts. */
function treeNode(op: string, outputs: string, prefix: string, more: Record<string, number | number[]>): Node {
  const made = node(`ai.onnx.ml:${op}`, "input", outputs, { ...stump(prefix), ...more });
  made.attributes.set("nodes_values", { kind: "F", value: Float32Array.of(0.2, -0.3, 0, 0, 0) });
  made.attributes.set(`${prefix}_weights`, { kind: "F", value: Float32Array.of(1, 2, -1.5) });
  const modes = ["BRANCH_LEQ", "BRANCH_GT", "LEAF", "LEAF", "LEAF"];
  made.attributes.set("nodes_modes", { kind: "S", value: modes });
  return made;
}

test.each([
  ["TreeEnsembleClassifier", treeNode("TreeEnsembleClassifier", "l s", "class", { classlabels_int64s: [0, 1, 2] })],
  ["TreeEnsembleRegressor", treeNode("TreeEnsembleRegressor", "s", "target", { n_targets: 3 })],
])("%s has the slopes of sigmoids at its splits", async (_, tree) => {
  const wide = floats([3, WIDTH], [...weights, ...weights.map((w) => 2 * w), ...weights.map((w) => w * w)]);
  const found = await slopes(modelFor([tree, node("MatMul", "s wide", "y")], { wide }, 17), "smooth");
  const steep = 5 / 0.25;
  const total = weights.reduce((sum, w) => sum + w * w, 0);
  const scale = [1, 2, weights.reduce((sum, w) => sum + w ** 3, 0) / total];
  const score = (first: number, fourth: number) => {
    const [low, high] = [sigmoid(-steep * (first - 0.2)), sigmoid(steep * (fourth + 0.3))];
    return total * (1 * (1 - low) * scale[0]! + 2 * low * high * scale[1]! - 1.5 * low * (1 - high) * scale[2]!);
  };
  for (let row = 0; row < ROWS; row++) {
    const [first, fourth] = [x[row * WIDTH]!, x[row * WIDTH + 3]!];
    const wanted = [derivative((v) => score(v, fourth), first), 0, 0, derivative((v) => score(first, v), fourth)];
    for (const [i, slope] of wanted.entries())
      expect(found.slopes[row * WIDTH + i]! * weights[i]!).toBeCloseTo(slope, 2);
  }
});
