import { classCount, floatList, rowsOf, transformed } from "#onnx/gradient-rules/classical.ts";
import { type Expansion, NoRule } from "#onnx/gradient-site.ts";
import type { GraphWriter } from "#onnx/graph-writer.ts";
import { intAttribute, intsAttribute, type Node, stringAttribute } from "#onnx/model.ts";
import { tensorValues } from "#onnx/values.ts";

/** Steepness of a split, in units of how far apart the thresholds lie. */
const steep = 5;

/** Leaves times depth of what is still written out. */
const largest = 400_000;

/** Elements of the matrix from leaves to outputs. */
const mostWeights = 2 ** 24;

interface Forest {
  /** Splits: feature and threshold, and whether the condition holds below the threshold. */
  features: number[];
  thresholds: number[];
  below: boolean[];
  /** For each leaf its way: split numbers, and whether the condition held there. */
  leaves: { key: string; way: [split: number, held: boolean][] }[];
  trees: number;
}

function numbers(node: Node, name: string): ArrayLike<number> {
  const tensor = node.attributes.get(`${name}_as_tensor`);
  const values = tensor?.kind === "t" ? tensorValues(tensor.value) : undefined;
  return values ? Array.from(values as Iterable<number | bigint>, Number) : floatList(node, name);
}

function forestOf(node: Node): Forest {
  const list = (name: string) => intsAttribute(node, name) ?? [];
  const [trees, ids] = [list("nodes_treeids"), list("nodes_nodeids")];
  const [whenTrue, whenFalse, features] = [
    list("nodes_truenodeids"),
    list("nodes_falsenodeids"),
    list("nodes_featureids"),
  ];
  const modes = node.attributes.get("nodes_modes");
  const thresholds = numbers(node, "nodes_values");
  if (modes?.kind !== "S" || modes.value.length !== ids.length) throw new NoRule("trees of another form");
  const place = new Map(ids.map((id, i) => [`${trees[i]}:${id}`, i]));
  const children = new Set(
    ids.flatMap((_, i) =>
      modes.value[i] === "LEAF" ? [] : [whenTrue[i], whenFalse[i]].map((id) => `${trees[i]}:${id}`),
    ),
  );
  const forest: Forest = { features: [], thresholds: [], below: [], leaves: [], trees: new Set(trees).size };
  const roots = ids.flatMap((id, i) => (children.has(`${trees[i]}:${id}`) ? [] : [i]));
  const stack = roots.map((i) => ({ i, way: [] as [number, boolean][] }));
  let cells = 0;
  while (stack.length > 0) {
    const { i, way } = stack.pop()!;
    const mode = modes.value[i]!;
    cells += way.length + 1;
    if (cells > largest) throw new NoRule("trees too large to be written out");
    if (mode === "LEAF") {
      forest.leaves.push({ key: `${trees[i]}:${ids[i]}`, way });
      continue;
    }
    if (!/^BRANCH_(LEQ|LT|GTE|GT)$/.test(mode)) throw new NoRule(mode);
    const split = forest.features.push(features[i]!) - 1;
    forest.thresholds.push(thresholds[i]!);
    forest.below.push(mode.startsWith("BRANCH_L"));
    for (const [id, held] of [
      [whenTrue[i], true],
      [whenFalse[i], false],
    ] as const) {
      const next = place.get(`${trees[i]}:${id}`);
      if (next === undefined) throw new NoRule("trees that lack a node");
      stack.push({ i: next, way: [...way, [split, held]] });
    }
  }
  return forest;
}

/** [N, leaves]: with a sigmoid at each split, how much of a row comes to each leaf. */
function reached(w: GraphWriter, x: string, forest: Forest): string {
  const splits = forest.features.length;
  const [rows] = w.dims(x) as [number, number];
  const columns = w.op("Gather", [x, w.indices([splits], (i) => forest.features[i]!)], { axis: 1 }, [rows, splits]);
  const mean = forest.thresholds.reduce((a, b) => a + b, 0) / splits;
  const spread = forest.thresholds.reduce((sum, v) => sum + Math.abs(v - mean), 0) / splits || 1;
  const slopes = forest.below.map((below) => (below ? -steep : steep) / spread);
  const held = w.op("Sigmoid", [
    w.mul(w.sub(columns, w.floats([splits], forest.thresholds)), w.floats([splits], slopes)),
  ]);
  const one = w.expand(w.scalar(1), [rows, 1]);
  const ways = w.concat([held, w.sub(1, held), one], 1);
  const depth = forest.leaves.reduce((most, { way }) => Math.max(most, way.length), 1);
  let share: string | undefined;
  for (let level = 0; level < depth; level++) {
    const places = forest.leaves.map(({ way }) => {
      const step = way[level];
      return step ? step[0] + (step[1] ? 0 : splits) : 2 * splits;
    });
    const factor = w.op("Gather", [ways, w.indices([places.length], (i) => places[i]!)], { axis: 1 }, [
      rows,
      places.length,
    ]);
    share = share ? w.mul(share, factor) : factor;
  }
  return share!;
}

/** Sums [N, outputs] of leaf weights; `prefix` names the attributes ("class" or "target"). */
function softScores(w: GraphWriter, node: Node, prefix: string, outputs: number): { scores: string; trees: number } {
  const forest = forestOf(node);
  if (forest.features.length === 0) throw new NoRule("trees without splits");
  const list = (name: string) => intsAttribute(node, `${prefix}_${name}`) ?? [];
  const [trees, ids, columns] = [list("treeids"), list("nodeids"), list("ids")];
  const weights = numbers(node, `${prefix}_weights`);
  const place = new Map(forest.leaves.map(({ key }, i) => [key, i]));
  if (forest.leaves.length * outputs > mostWeights) throw new NoRule("so many leaves and outputs");
  const matrix = new Float32Array(forest.leaves.length * outputs);
  for (const [i, column] of columns.entries()) {
    const leaf = place.get(`${trees[i]}:${ids[i]}`);
    if (leaf === undefined || !(column < outputs)) throw new NoRule("weights without a leaf");
    matrix[leaf * outputs + column]! += weights[i]!;
  }
  const share = reached(w, rowsOf(w, node.inputs[0]!), forest);
  return { scores: w.matmul(share, w.floats([forest.leaves.length, outputs], matrix)), trees: forest.trees };
}

function based(w: GraphWriter, node: Node, scores: string, outputs: number): string {
  const base = numbers(node, "base_values");
  return base.length === outputs ? w.add(scores, w.floats([outputs], base)) : scores;
}

const classifier: Expansion = (s) => {
  const { node, w } = s;
  const classes = classCount(node);
  if (classes < 3) throw new NoRule("two classes");
  const { scores } = softScores(w, node, "class", classes);
  return [undefined, transformed(w, based(w, node, scores, classes), stringAttribute(node, "post_transform", "NONE"))];
};

const regressor: Expansion = (s) => {
  const { node, w } = s;
  const outputs = intAttribute(node, "n_targets", 1);
  const aggregate = stringAttribute(node, "aggregate_function", "SUM");
  if (aggregate !== "SUM" && aggregate !== "AVERAGE") throw new NoRule(aggregate);
  const { scores, trees } = softScores(w, node, "target", outputs);
  const whole = aggregate === "AVERAGE" ? w.mul(scores, 1 / trees) : scores;
  const kind = stringAttribute(node, "post_transform", "NONE");
  return [w.reshape(transformed(w, based(w, node, whole, outputs), kind), s.made())];
};

/** Trees with a sigmoid at each split in a step's place: smooth stand-ins, as a tree's own derivative is zero. */
export const treeSurrogates: readonly (readonly [string, Expansion])[] = [
  ["ai.onnx.ml:TreeEnsembleClassifier", classifier],
  ["ai.onnx.ml:TreeEnsembleRegressor", regressor],
];
