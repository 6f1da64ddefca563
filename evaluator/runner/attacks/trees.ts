/** A classifier of trees, by the attributes of ai.onnx.ml's TreeEnsembleClassifier, in their names and order. */
export interface TreeEnsemble {
  nodes_treeids: ArrayLike<number>;
  nodes_nodeids: ArrayLike<number>;
  nodes_featureids: ArrayLike<number>;
  nodes_modes: readonly string[];
  nodes_values: ArrayLike<number>;
  nodes_truenodeids: ArrayLike<number>;
  nodes_falsenodeids: ArrayLike<number>;
  class_treeids: ArrayLike<number>;
  class_nodeids: ArrayLike<number>;
  class_ids: ArrayLike<number>;
  class_weights: ArrayLike<number>;
  base_values?: ArrayLike<number>;
}

/** Where inputs end up in one tree: a box of closed intervals, one for each feature on the path, and what it adds. */
export interface Leaf {
  features: number[];
  lows: number[];
  highs: number[];
  /** [classes] */
  weights: Float64Array;
}

export interface Trees {
  /** The leaves of each tree that some input of the range (on the grid) reaches. */
  trees: Leaf[][];
  classes: number;
  /** What every input's scores begin with. */
  base: Float64Array;
}

/** The values that inputs may take: what a leaf's interval is cut to. */
export interface Values {
  range: [number, number];
  grid: number | null;
}

/** Intervals in all boxes of an ensemble, at most: what is larger takes more memory than an attack on it is worth. */
const MOST_INTERVALS = 4_000_000;

/**
 * The leaves of an ensemble as boxes. Null where a node compares in a way that gives no interval (equal, not equal,
 * member of a set), names a node that is not there or comes back to itself, and for ensembles too large.
 */
export function leavesOf(ensemble: TreeEnsemble, classes: number, values: Values): Trees | null {
  const nodes = new Map<string, number>();
  const key = (tree: number, node: number) => `${tree} ${node}`;
  for (let i = 0; i < ensemble.nodes_treeids.length; i++)
    nodes.set(key(ensemble.nodes_treeids[i]!, ensemble.nodes_nodeids[i]!), i);
  const weights = weightsOf(ensemble, classes, key);
  const children = new Set<string>();
  for (let i = 0; i < ensemble.nodes_treeids.length; i++) {
    if (ensemble.nodes_modes[i] === "LEAF") continue;
    children.add(key(ensemble.nodes_treeids[i]!, ensemble.nodes_truenodeids[i]!));
    children.add(key(ensemble.nodes_treeids[i]!, ensemble.nodes_falsenodeids[i]!));
  }
  const trees: Leaf[][] = [];
  let intervalsLeft = MOST_INTERVALS;
  for (const [name, root] of nodes) {
    if (children.has(name)) continue;
    const leaves: Leaf[] = [];
    const open: { node: number | undefined; box: Map<number, [number, number]> }[] = [{ node: root, box: new Map() }];
    for (let next = open.pop(); next; next = open.pop()) {
      const { node, box } = next;
      intervalsLeft -= box.size + 1;
      if (node === undefined || intervalsLeft < 0) return null;
      const tree = ensemble.nodes_treeids[node]!;
      const mode = ensemble.nodes_modes[node]!;
      if (mode === "LEAF") {
        leaves.push(leafOf(box, weights.get(key(tree, ensemble.nodes_nodeids[node]!)) ?? new Float64Array(classes)));
        continue;
      }
      const sides = intervals(mode, Math.fround(ensemble.nodes_values[node]!));
      if (!sides) return null;
      const ways = [ensemble.nodes_truenodeids[node]!, ensemble.nodes_falsenodeids[node]!];
      for (const [side, to] of ways.entries()) {
        const feature = ensemble.nodes_featureids[node]!;
        const cut = reachable(box.get(feature) ?? values.range, sides[side]!, values.grid);
        if (cut) open.push({ node: nodes.get(key(tree, to)), box: new Map(box).set(feature, cut) });
      }
    }
    trees.push(leaves);
  }
  const base = Float64Array.from({ length: classes }, (_, k) => ensemble.base_values?.[k] ?? 0);
  return { trees, classes, base: isBinary(ensemble, classes) ? binaryBase(ensemble) : base };
}

function leafOf(box: Map<number, [number, number]>, weights: Float64Array): Leaf {
  const intervals = [...box.values()];
  return {
    features: [...box.keys()],
    lows: intervals.map(([low]) => low),
    highs: intervals.map(([, high]) => high),
    weights,
  };
}

/** Two classes with weights for one of them only: the second class's score, from which the first's follows. */
function isBinary({ class_ids }: TreeEnsemble, classes: number): boolean {
  return classes === 2 && new Set(Array.from(class_ids)).size === 1;
}

/** ONNX Runtime compares a binary score with 1/2 when all weights are positive (probabilities), else with 0. */
function binaryBase({ class_weights, base_values }: TreeEnsemble): Float64Array {
  const threshold = Array.from(class_weights).every((weight) => weight >= 0) ? 1 : 0;
  const given = base_values?.[base_values.length - 1] ?? 0;
  return Float64Array.of(threshold - given, given);
}

function weightsOf(
  ensemble: TreeEnsemble,
  classes: number,
  key: (tree: number, node: number) => string,
): Map<string, Float64Array> {
  const weights = new Map<string, Float64Array>();
  const binary = isBinary(ensemble, classes);
  for (let i = 0; i < ensemble.class_ids.length; i++) {
    const name = key(ensemble.class_treeids[i]!, ensemble.class_nodeids[i]!);
    const leaf = weights.get(name) ?? new Float64Array(classes);
    weights.set(name, leaf);
    const weight = ensemble.class_weights[i]!;
    leaf[binary ? 1 : ensemble.class_ids[i]!]! += weight;
    if (binary) leaf[0]! -= weight;
  }
  return weights;
}

/** The closed intervals of float32 numbers for which a comparison with `value` is true, and for which it is false. */
function intervals(mode: string, value: number): [[number, number], [number, number]] | null {
  const [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const upTo: [number, number] = [least, value];
  const from: [number, number] = [value, most];
  const below: [number, number] = [least, neighbour(value, -1)];
  const above: [number, number] = [neighbour(value, 1), most];
  if (mode === "BRANCH_LEQ") return [upTo, above];
  if (mode === "BRANCH_LT") return [below, from];
  if (mode === "BRANCH_GTE") return [from, below];
  if (mode === "BRANCH_GT") return [above, upTo];
  return null;
}

/** The next float32 number in a direction. */
export function neighbour(value: number, direction: 1 | -1): number {
  const bits = new Int32Array(Float32Array.of(value).buffer);
  if (value === 0) bits[0] = direction > 0 ? 1 : 0x80000001 | 0;
  else bits[0]! += value > 0 === direction > 0 ? 1 : -1;
  return new Float32Array(bits.buffer)[0]!;
}

/** The part of an interval that a comparison leaves, from its first to its last value on the grid; null if empty. */
function reachable(
  [low, high]: [number, number],
  [least, most]: [number, number],
  grid: number | null,
): [number, number] | null {
  let from = Math.max(low, least);
  let to = Math.min(high, most);
  if (grid !== null) {
    from = firstOnGrid(from, grid);
    to = -firstOnGrid(-to, grid);
  }
  return from <= to ? [from, to] : null;
}

/** The least float32 number on the grid that is not below `value`. */
function firstOnGrid(value: number, grid: number): number {
  let step = Math.ceil(value * grid - 1);
  while (Math.fround(step / grid) < value) step++;
  return Math.fround(step / grid);
}
