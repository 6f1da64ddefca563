import { streamOf } from "#evaluator/runner/attacks/random.ts";
import type { TreeEnsemble } from "#evaluator/runner/attacks/trees.ts";
import { node } from "#golden/graph.ts";
import type { Node } from "#onnx/model.ts";

export interface ForestOptions {
  trees: number;
  depth: number;
  features: number;
  classes: number;
  modes?: string[];
  /** Weights are from 0 to 1 instead of normal, for one class only: a binary classifier of probabilities. */
  positive?: boolean;
  /** One column of weights. */
  binary?: boolean;
}

/** A random ensemble as exporters write them: node by node, all trees in one list. Splits lie on tenths and between. */
export function randomForest(seed: string, options: ForestOptions): TreeEnsemble {
  const random = streamOf(seed, "forest", 0);
  const lists = {
    ...{ nodes_treeids: [] as number[], nodes_nodeids: [] as number[], nodes_featureids: [] as number[] },
    ...{ nodes_modes: [] as string[], nodes_values: [] as number[] },
    ...{ nodes_truenodeids: [] as number[], nodes_falsenodeids: [] as number[] },
    ...{ class_treeids: [] as number[], class_nodeids: [] as number[], class_ids: [] as number[] },
    class_weights: [] as number[],
  };
  const modes = options.modes ?? ["BRANCH_LEQ"];
  const leaf = (tree: number, node: number) => {
    const classes = options.binary ? [0] : Array.from({ length: options.classes }, (_, k) => k);
    for (const k of classes) {
      lists.class_treeids.push(tree);
      lists.class_nodeids.push(node);
      lists.class_ids.push(k);
      const normal = new Float32Array(2);
      random.fillNormal(normal);
      lists.class_weights.push(options.positive ? random.uniform() / options.trees : normal[0]!);
    }
  };
  for (let tree = 0; tree < options.trees; tree++) {
    for (let node = 0; node < 2 ** (options.depth + 1) - 1; node++) {
      const inner = node < 2 ** options.depth - 1;
      lists.nodes_treeids.push(tree);
      lists.nodes_nodeids.push(node);
      lists.nodes_featureids.push(inner ? random.below(options.features) : 0);
      lists.nodes_modes.push(inner ? modes[random.below(modes.length)]! : "LEAF");
      lists.nodes_values.push(inner ? Math.fround((1 + random.below(39)) / 40) : 0);
      lists.nodes_truenodeids.push(inner ? 2 * node + 1 : 0);
      lists.nodes_falsenodeids.push(inner ? 2 * node + 2 : 0);
      if (!inner) leaf(tree, node);
    }
  }
  return lists;
}

/** A TreeEnsembleClassifier from "x" [N, features] to the labels "l" and the scores "s". */
export function treeNode(ensemble: TreeEnsemble, classes: number, names = { inputs: "x", outputs: "l s" }): Node {
  const made = node("ai.onnx.ml:TreeEnsembleClassifier", names.inputs, names.outputs, {
    classlabels_int64s: Array.from({ length: classes }, (_, k) => k),
    post_transform: "NONE",
  });
  for (const [name, list] of Object.entries(ensemble) as [string, number[] | string[]][]) {
    if (name === "nodes_modes") made.attributes.set(name, { kind: "S", value: list as string[] });
    else if (/values|weights/.test(name))
      made.attributes.set(name, { kind: "F", value: Float32Array.from(list as number[]) });
    else made.attributes.set(name, { kind: "I", value: BigInt64Array.from(list as number[], BigInt) });
  }
  return made;
}
