// Pairwise coupling: Wu, Lin and Weng, 2004, https://www.jmlr.org/papers/v5/wu04a.html (their second method).
import { classCount, floatList, rowsOf, transformed } from "#onnx/gradient-rules/classical.ts";
import { type Expansion, NoRule } from "#onnx/gradient-site.ts";
import type { GraphWriter } from "#onnx/graph-writer.ts";
import { intAttribute, intsAttribute, type Node, stringAttribute } from "#onnx/model.ts";

/** Classes up to which the coupling's equations are solved in the graph. */
const mostClasses = 64;

/** Elements of the matrix from vectors to pairs, twice. */
const mostWeights = 2 ** 25;

/** Kernel values [N, V] of rows against V support vectors. */
function kernel(w: GraphWriter, node: Node, x: string, vectors: Float32Array, count: number): string {
  const [gamma = 0, offset = 0, degree = 3] = floatList(node, "kernel_params");
  const features = w.dims(x)[1]!;
  if (vectors.length !== count * features) throw new NoRule("support vectors of another width");
  const matrix = w.floats([count, features], vectors);
  const product = w.matmul(x, w.swapped(matrix));
  const kind = stringAttribute(node, "kernel_type", "LINEAR");
  if (kind === "LINEAR") return product;
  if (kind === "RBF") {
    const squares = Array.from({ length: count }, (_, v) =>
      vectors.subarray(v * features, (v + 1) * features).reduce((sum, value) => sum + value * value, 0),
    );
    const distance = w.add(w.sub(w.sum(w.mul(x, x), [1]), w.mul(2, product)), w.floats([1, count], squares));
    return w.op("Exp", [w.mul(-gamma, distance)]);
  }
  const inner = w.add(w.mul(gamma, product), offset);
  return kind === "SIGMOID" ? w.op("Tanh", [inner]) : w.op("Pow", [inner, degree]);
}

/** Decision values [N, K(K-1)/2] of each pair i < j: above zero for i. */
function decisions(w: GraphWriter, node: Node, classes: number): string {
  const perClass = intsAttribute(node, "vectors_per_class") ?? [];
  const count = perClass.reduce((a, b) => a + b, 0);
  const coefficients = floatList(node, "coefficients");
  if (perClass.length !== classes || coefficients.length !== (classes - 1) * count) throw new NoRule("another form");
  if (count * classes ** 2 > mostWeights) throw new NoRule("so many vectors and classes");
  const starts = perClass.map((_, i) => perClass.slice(0, i).reduce((a, b) => a + b, 0));
  const pairs = (classes * (classes - 1)) / 2;
  const weights = new Float32Array(count * pairs);
  let pair = 0;
  for (let i = 0; i < classes; i++)
    for (let j = i + 1; j < classes; j++, pair++)
      for (const [own, other] of [
        [i, j - 1],
        [j, i],
      ] as const)
        for (let v = starts[own]!; v < starts[own]! + perClass[own]!; v++)
          weights[v * pairs + pair] = coefficients[other * count + v]!;
  const values = kernel(w, node, rowsOf(w, node.inputs[0]!), floatList(node, "support_vectors"), count);
  return w.add(w.matmul(values, w.floats([count, pairs], weights)), w.floats([pairs], floatList(node, "rho")));
}

/** log P(i rather than j) of each pair, as [N, K, K] with zeros on the diagonal. */
function pairwise(w: GraphWriter, node: Node, classes: number): string {
  if (classes > mostClasses) throw new NoRule(`${classes} classes`);
  const slopes = w.floats([floatList(node, "prob_a").length], floatList(node, "prob_a"));
  const shifts = w.floats([floatList(node, "prob_b").length], floatList(node, "prob_b"));
  const odds = w.add(w.mul(decisions(w, node, classes), slopes), shifts);
  const logs = [odds, w.neg(odds)].map((side) => w.neg(w.op("Softplus", [side])));
  const all = w.concat([...logs, w.mul(w.slice(odds, 1, 0, 1), 0)], 1);
  const pairs = (classes * (classes - 1)) / 2;
  const places = new Float64Array(classes * classes).fill(2 * pairs);
  let pair = 0;
  for (let i = 0; i < classes; i++)
    for (let j = i + 1; j < classes; j++, pair++) {
      places[i * classes + j] = pair;
      places[j * classes + i] = pairs + pair;
    }
  const [rows] = w.dims(all) as [number];
  const square = w.op("Gather", [all, w.indices([classes * classes], (i) => places[i]!)], { axis: 1 }, [
    rows,
    classes * classes,
  ]);
  return w.reshape(square, [rows, classes, classes]);
}

/** The runtime's bounds on a pair's probability. */
const bound = 1e-7;

/** Probabilities p that solve Q p = lambda e, e p = 1, with Q made of the pairs' (runtime: by iteration). */
function coupled(w: GraphWriter, node: Node, classes: number): string {
  const logs = pairwise(w, node, classes);
  const [rows] = w.dims(logs) as [number];
  const eye = Float32Array.from({ length: classes ** 2 }, (_, i) => (i % (classes + 1) === 0 ? 1 : 0));
  const offDiagonal = w.floats(
    [classes, classes],
    eye.map((v) => 1 - v),
  );
  const r = w.mul(w.op("Clip", [w.op("Exp", [logs]), bound, 1 - bound]), offDiagonal);
  const flipped = w.swapped(r);
  const diagonal = w.mul(w.sum(w.mul(flipped, flipped), [2]), w.floats([classes, classes], eye));
  let system = w.concat([w.sub(diagonal, w.mul(r, flipped)), w.expand(w.scalar(1), [rows, classes, 1])], 2);
  for (let k = 0; k < classes; k++) {
    const row = w.slice(system, 1, k, 1);
    const pivot = w.div(row, w.slice(row, 2, k, 1));
    const unit = w.floats([classes, 1], eye.subarray(k * classes, (k + 1) * classes));
    system = w.sub(system, w.mul(w.sub(w.slice(system, 2, k, 1), unit), pivot));
  }
  const solution = w.reshape(w.slice(system, 2, classes, 1), [rows, classes]);
  return w.div(solution, w.sum(solution, [1]));
}

/** How likely each class is against all others at once, in logarithms [N, K]: what the coupling squashes. */
export function pairedScores(w: GraphWriter, node: Node): string {
  return w.reshape(w.sum(pairwise(w, node, classCount(node)), [2]), w.dims(node.outputs[1]!));
}

export function hasProbabilities(node: Node): boolean {
  return floatList(node, "prob_a").length > 0;
}

const classifier: Expansion = (s) => {
  const { node, w } = s;
  const classes = classCount(node);
  const kind = stringAttribute(node, "post_transform", "NONE");
  if (classes < 3 && !hasProbabilities(node)) throw new NoRule("two classes");
  if ((intsAttribute(node, "vectors_per_class") ?? []).length === 0) throw new NoRule("the linear form");
  if (!hasProbabilities(node))
    return [undefined, w.reshape(transformed(w, decisions(w, node, classes), kind), s.made(1))];
  return [undefined, transformed(w, coupled(w, node, classes), kind)];
};

const regressor: Expansion = (s) => {
  const { node, w } = s;
  if (intAttribute(node, "one_class", 0) === 1) throw new NoRule("one class");
  const x = rowsOf(w, node.inputs[0]!);
  const coefficients = floatList(node, "coefficients");
  const count = intAttribute(node, "n_supports", 0);
  const values = count > 0 ? kernel(w, node, x, floatList(node, "support_vectors"), count) : x;
  const scores = w.matmul(values, w.floats([coefficients.length, 1], coefficients));
  const shifted = w.add(scores, floatList(node, "rho")[0] ?? 0);
  return [w.reshape(transformed(w, shifted, stringAttribute(node, "post_transform", "NONE")), s.made())];
};

export const vectorExpansions: readonly (readonly [string, Expansion])[] = [
  ["ai.onnx.ml:SVMClassifier", classifier],
  ["ai.onnx.ml:SVMRegressor", regressor],
];
