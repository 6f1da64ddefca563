import { streamOf } from "#evaluator/runner/attacks/random.ts";
import { treeNode } from "#evaluator/runner/attacks/testing/forest.ts";
import type { TreeEnsemble } from "#evaluator/runner/attacks/trees.ts";
import type { FashionPoints } from "#evaluator/runner/testing/command-line.ts";
import { floats, ints, modelOf, node, tensorValue } from "#golden/graph.ts";
import { encode } from "#onnx/encode.ts";

/** Models without a network, made from a few images: what the suite has attacks of their own for. */

const SIZE = 28 * 28;
const CLASSES = 10;

export interface LinearWeights {
  /** [10, 784] and [10]. */
  weight: Float64Array;
  bias: Float64Array;
}

/** The nearest of the classes' mean images, in [0, 1]: half of the squared distance but for what all classes share. */
export function nearestMean({ x, y }: FashionPoints): LinearWeights {
  const weight = new Float64Array(CLASSES * SIZE);
  const counts = new Float64Array(CLASSES);
  y.forEach((label, image) => {
    counts[label]!++;
    for (let i = 0; i < SIZE; i++) weight[label * SIZE + i]! += x[image * SIZE + i]! / 255;
  });
  for (let i = 0; i < weight.length; i++) weight[i]! /= counts[Math.floor(i / SIZE)]!;
  const squares = (k: number) => weight.subarray(k * SIZE, (k + 1) * SIZE).reduce((sum, v) => sum + v * v, 0);
  return { weight, bias: Float64Array.from({ length: CLASSES }, (_, k) => -squares(k) / 2) };
}

const flat = [node("Reshape", "x flat_shape", "flat")];
const flatShape = { flat_shape: ints([-1, SIZE]) };

/** The softmax of a linear model. */
export function linearModel({ weight, bias }: LinearWeights): Uint8Array {
  const nodes = [...flat, node("Gemm", "flat w b", "scores", { transB: 1 }), node("Softmax", "scores", "y")];
  const weights = { ...flatShape, w: floats([CLASSES, SIZE], [...weight]), b: floats([CLASSES], [...bias]) };
  return encode(modelOf({ nodes, weights }));
}

/** The class of a linear model as a row of zeros and a one: no scores, no gradient, and no operator to see through. */
export function labelsModel({ weight, bias }: LinearWeights): Uint8Array {
  const nodes = [
    ...flat,
    node("Gemm", "flat w b", "scores", { transB: 1 }),
    node("ReduceMax", "scores", "top", { axes: [1], keepdims: 1 }),
    node("Equal", "scores top", "is_top"),
    node("Cast", "is_top", "y", { to: 1 }),
  ];
  const weights = { ...flatShape, w: floats([CLASSES, SIZE], [...weight]), b: floats([CLASSES], [...bias]) };
  return encode(modelOf({ nodes, weights, opsets: { "": 17 } }));
}

const TREES = 40;
const DEPTH = 7;

/** Trees of random splits on images times 255, the way scikit-learn is often used; each leaf votes as its images do. */
export function forestModel(given: FashionPoints): Uint8Array {
  const scaled = [...flat, node("Mul", "flat full", "pixels")];
  const nodes = [...scaled, treeNode(extraTrees(given), CLASSES, { inputs: "pixels", outputs: "label y" })];
  const weights = { ...flatShape, full: floats([], 255) };
  const outputs = [tensorValue("y", ["N", CLASSES])];
  return encode(modelOf({ nodes, weights, outputs, opsets: { "": 17, "ai.onnx.ml": 3 } }));
}

function extraTrees({ x, y }: FashionPoints): TreeEnsemble {
  const random = streamOf("00", "extra trees", 0);
  const made = {
    ...{ nodes_treeids: [] as number[], nodes_nodeids: [] as number[], nodes_featureids: [] as number[] },
    ...{ nodes_modes: [] as string[], nodes_values: [] as number[] },
    ...{ nodes_truenodeids: [] as number[], nodes_falsenodeids: [] as number[] },
    ...{ class_treeids: [] as number[], class_nodeids: [] as number[], class_ids: [] as number[] },
    class_weights: [] as number[],
  };
  const grow = (tree: number, id: number, images: number[], depth: number) => {
    const feature = random.below(SIZE);
    const seen = images.map((image) => x[image * SIZE + feature]!);
    const [low, high] = [Math.min(...seen), Math.max(...seen)];
    const splits = depth > 0 && low < high;
    const threshold = low + random.below(Math.max(1, high - low)) + 0.5;
    made.nodes_treeids.push(tree);
    made.nodes_nodeids.push(id);
    made.nodes_featureids.push(splits ? feature : 0);
    made.nodes_modes.push(splits ? "BRANCH_LEQ" : "LEAF");
    made.nodes_values.push(splits ? threshold : 0);
    made.nodes_truenodeids.push(splits ? 2 * id + 1 : 0);
    made.nodes_falsenodeids.push(splits ? 2 * id + 2 : 0);
    if (splits) {
      const below = images.filter((_, i) => seen[i]! <= threshold);
      grow(tree, 2 * id + 1, below, depth - 1);
      grow(
        tree,
        2 * id + 2,
        images.filter((_, i) => seen[i]! > threshold),
        depth - 1,
      );
    } else
      for (let k = 0; k < CLASSES; k++) {
        made.class_treeids.push(tree);
        made.class_nodeids.push(id);
        made.class_ids.push(k);
        made.class_weights.push(images.filter((image) => y[image] === k).length / images.length / TREES);
      }
  };
  const all = [...y.keys()];
  for (let tree = 0; tree < TREES; tree++) grow(tree, 0, all, DEPTH);
  return made;
}
