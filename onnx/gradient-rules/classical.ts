import { type Expansion, NoRule, type Rule } from "#onnx/gradient-site.ts";
import type { GraphWriter } from "#onnx/graph-writer.ts";
import { elementCount, floatAttribute, intAttribute, type Node, stringAttribute } from "#onnx/model.ts";

// Operators of ai.onnx.ml. The model's own node stays in the forward graph; these are what it is differentiated by.

export function floatList(node: Node, name: string): Float32Array {
  const attribute = node.attributes.get(name);
  return attribute?.kind === "F" ? attribute.value : new Float32Array();
}

/** The operand as a matrix of rows. */
export function rowsOf(w: GraphWriter, name: string): string {
  const x = w.cast(name);
  const dims = w.dims(x);
  if (dims.length === 2) return x;
  return w.reshape(x, dims.length < 2 ? [1, elementCount([...dims])] : [dims[0]!, elementCount(dims.slice(1))]);
}

/** What becomes of raw scores [N, C] at the end. */
export function transformed(w: GraphWriter, scores: string, kind: string): string {
  if (kind === "NONE") return scores;
  if (kind === "SOFTMAX") return w.op("Softmax", [scores], { axis: -1 });
  if (kind === "LOGISTIC") return w.op("Sigmoid", [scores]);
  throw new NoRule(`post_transform ${kind}`);
}

/** Raw scores of a LinearClassifier or LinearRegressor with one row of coefficients for each output. */
export function linearScores(w: GraphWriter, node: Node, outputs: number): string {
  const x = rowsOf(w, node.inputs[0]!);
  const coefficients = floatList(node, "coefficients");
  const features = w.dims(x)[1]!;
  if (coefficients.length !== outputs * features) throw new NoRule("one score for two classes");
  const product = w.matmul(x, w.swapped(w.floats([outputs, features], coefficients)));
  const intercepts = floatList(node, "intercepts");
  return intercepts.length === outputs ? w.add(product, w.floats([outputs], intercepts)) : product;
}

const linearClassifier: Expansion = (s) => {
  const scores = linearScores(s.w, s.node, s.made(1).at(-1)!);
  return [undefined, transformed(s.w, scores, stringAttribute(s.node, "post_transform", "NONE"))];
};

const linearRegressor: Expansion = (s) => {
  const scores = linearScores(s.w, s.node, intAttribute(s.node, "targets", 1));
  return [s.w.reshape(transformed(s.w, scores, stringAttribute(s.node, "post_transform", "NONE")), s.made())];
};

const scaler: Rule = (s) => [
  s.w.mul(s.g(), s.w.floats([floatList(s.node, "scale").length], floatList(s.node, "scale"))),
];

/** Rows by their norm; a row of zeros stays. */
const normalizer: Expansion = (s) => {
  const { w } = s;
  const norm = stringAttribute(s.node, "norm", "MAX");
  const op = { L1: "ReduceL1", L2: "ReduceL2" }[norm] ?? "ReduceMax";
  const size = w.reduce(op, s.x(), [s.dims().length - 1]);
  return [w.div(s.x(), w.where(w.op("Equal", [size, 0]), 1, size))];
};

/** Where nothing was imputed. */
const imputer: Rule = (s) => {
  const { w } = s;
  const replaced = floatAttribute(s.node, "replaced_value_float", 0);
  const missing = Number.isNaN(replaced) ? w.op("IsNaN", [s.x()]) : w.op("Equal", [s.x(), replaced]);
  return [w.where(missing, 0, s.g())];
};

const featureVectorizer: Rule = (s) => {
  let at = 0;
  return s.node.inputs.map((_, i) => {
    const width = s.dims(i).at(-1)!;
    at += width;
    return s.w.reshape(s.w.slice(s.g(), 1, at - width, width), s.dims(i));
  });
};

/** Columns by number. */
const arrayFeatureExtractor: Expansion = (s) => {
  const { w } = s;
  const indices = s.node.inputs[1]!;
  const count = elementCount([...w.dims(indices)]);
  const flat = w.reshape(indices, [count]);
  const axis = s.dims().length - 1;
  return [w.reshape(w.op("Gather", [s.x(), flat], { axis }, [...s.dims().slice(0, -1), count]), s.made())];
};

export const classicalRules: readonly (readonly [string, Rule])[] = [
  ["ai.onnx.ml:Scaler", scaler],
  ["ai.onnx.ml:Imputer", imputer],
  ["ai.onnx.ml:FeatureVectorizer", featureVectorizer],
];

export const classicalExpansions: readonly (readonly [string, Expansion])[] = [
  ["ai.onnx.ml:LinearClassifier", linearClassifier],
  ["ai.onnx.ml:LinearRegressor", linearRegressor],
  ["ai.onnx.ml:Normalizer", normalizer],
  ["ai.onnx.ml:ArrayFeatureExtractor", arrayFeatureExtractor],
];

/** How many classes a classifier names. */
export function classCount(node: Node): number {
  for (const name of ["classlabels_ints", "classlabels_int64s", "classlabels_strings"]) {
    const labels = node.attributes.get(name);
    if ((labels?.kind === "I" || labels?.kind === "S") && labels.value.length > 0) return labels.value.length;
  }
  return 0;
}
