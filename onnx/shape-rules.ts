import type { SmallValue } from "#onnx/fold.ts";
import { elementCount, intAttribute, intsAttribute, type Node, stringAttribute } from "#onnx/model.ts";
import { poolRules } from "#onnx/shape-rules-window.ts";

/** What a rule is asked with: the node, its operands' shapes where known, and their elements where small and known. */
export interface Known {
  node: Node;
  opset: number;
  shapes: (number[] | undefined)[];
  values: (SmallValue | undefined)[];
}

export type Shapes = (number[] | undefined)[];

/** Shapes of a node's outputs; undefined entries (or too few) are unknown. */
export type Rule = (known: Known) => Shapes;

/** An axis counted from 0; NaN-free: out of range gives undefined lookups, so an unknown shape. */
export function fromStart(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

export function broadcast(shapes: (number[] | undefined)[]): number[] | undefined {
  let out: number[] = [];
  for (const shape of shapes) {
    if (!shape) return undefined;
    const rank = Math.max(out.length, shape.length);
    const [a, b] = [padded(out, rank), padded(shape, rank)];
    if (a.some((size, i) => size !== b[i] && size !== 1 && b[i] !== 1)) return undefined;
    out = a.map((size, i) => (size === 1 ? b[i]! : size));
  }
  return out;
}

function padded(shape: number[], rank: number): number[] {
  return [...Array(rank - shape.length).fill(1), ...shape];
}

/** The whole numbers that an attribute (old opsets) or an input (new ones) gives. */
function operand({ node, values }: Known, attribute: string, input: number): number[] | undefined {
  return intsAttribute(node, attribute) ?? values[input]?.values;
}

const same: Rule = ({ shapes, node }) => node.outputs.map(() => shapes[0]);
const broadcasting: Rule = ({ shapes, node }) => [broadcast(shapes.slice(0, node.inputs.length))];

const reduce: Rule = (known) => {
  const [x] = known.shapes;
  const given = known.node.inputs[1] ? known.values[1]?.values : (intsAttribute(known.node, "axes") ?? []);
  if (!x || !given) return [];
  if (given.length === 0 && intAttribute(known.node, "noop_with_empty_axes", 0)) return [x];
  const axes = new Set(given.length === 0 ? x.keys() : given.map((axis) => fromStart(axis, x.length)));
  const keep = intAttribute(known.node, "keepdims", 1);
  return [x.flatMap((size, i) => (axes.has(i) ? (keep ? [1] : []) : [size]))];
};

const argReduce: Rule = ({ node, shapes: [x] }) => {
  const axis = fromStart(intAttribute(node, "axis", 0), x?.length ?? 0);
  const keep = intAttribute(node, "keepdims", 1);
  return [x?.flatMap((size, i) => (i === axis ? (keep ? [1] : []) : [size]))];
};

const matMul: Rule = ({ shapes: [a, b] }) => {
  if (!a || !b || a.length < 1 || b.length < 1) return [];
  const [left, right] = [a.length === 1 ? [1, ...a] : a, b.length === 1 ? [...b, 1] : b];
  const batch = broadcast([left.slice(0, -2), right.slice(0, -2)]);
  if (!batch) return [];
  return [[...batch, ...(a.length === 1 ? [] : [left.at(-2)!]), ...(b.length === 1 ? [] : [right.at(-1)!])]];
};

const gemm: Rule = ({ node, shapes: [a, b] }) => {
  if (a?.length !== 2 || b?.length !== 2) return [];
  return [[a[intAttribute(node, "transA", 0) ? 1 : 0]!, b[intAttribute(node, "transB", 0) ? 0 : 1]!]];
};

const flatten: Rule = ({ node, shapes: [x] }) => {
  if (!x) return [];
  const axis = fromStart(intAttribute(node, "axis", 1), x.length);
  return [[elementCount(x.slice(0, axis)), elementCount(x.slice(axis))]];
};

const reshape: Rule = ({ node, shapes: [x], values }) => {
  const to = values[1]?.values;
  if (!x || !to) return [];
  const copyZero = intAttribute(node, "allowzero", 0) === 0;
  const sizes = to.map((size, i) => (size === 0 && copyZero ? (x[i] ?? 0) : size));
  const rest = elementCount(x) / elementCount(sizes.filter((size) => size !== -1));
  return [sizes.map((size) => (size === -1 ? rest : size))];
};

const transpose: Rule = ({ node, shapes: [x] }) => [
  x && (intsAttribute(node, "perm") ?? [...x.keys()].reverse()).map((axis) => x[axis] ?? -1),
];

const squeeze: Rule = (known) => {
  const [x] = known.shapes;
  const axes = operand(known, "axes", 1)?.map((axis) => fromStart(axis, x?.length ?? 0));
  if (!x || (!axes && known.node.inputs[1])) return [];
  return [x.filter((size, i) => (axes ? !axes.includes(i) : size !== 1))];
};

const unsqueeze: Rule = (known) => {
  const [x] = known.shapes;
  const axes = operand(known, "axes", 1);
  if (!x || !axes) return [];
  const rank = x.length + axes.length;
  const rest = x.values();
  const added = new Set(axes.map((axis) => fromStart(axis, rank)));
  return [Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : (rest.next().value ?? -1)))];
};

const concat: Rule = ({ node, shapes }) => {
  const [first] = shapes;
  if (!first || shapes.some((shape) => shape?.length !== first.length)) return [];
  const axis = fromStart(intAttribute(node, "axis", 0), first.length);
  return [first.map((size, i) => (i === axis ? shapes.reduce((sum, shape) => sum + shape![axis]!, 0) : size))];
};

const split: Rule = (known) => {
  const [x] = known.shapes;
  const { node } = known;
  if (!x || (node.inputs[1] && !known.values[1])) return [];
  const axis = fromStart(intAttribute(node, "axis", 0), x.length);
  const even = Math.ceil((x[axis] ?? 0) / node.outputs.length);
  const parts = operand(known, "split", 1) ?? node.outputs.map((_, i) => Math.min(even, (x[axis] ?? 0) - i * even));
  return parts.slice(0, node.outputs.length).map((part) => x.map((size, i) => (i === axis ? part : size)));
};

const slice: Rule = (known) => {
  const [x] = known.shapes;
  const [starts, ends] = [operand(known, "starts", 1), operand(known, "ends", 2)];
  if (!x || !starts || !ends || (known.node.inputs[3] && !known.values[3])) return [];
  const axes = operand(known, "axes", 3) ?? [...starts.keys()];
  const steps = known.node.inputs[4] ? known.values[4]?.values : starts.map(() => 1);
  if (!steps) return [];
  const out = [...x];
  for (const [i, start] of starts.entries()) {
    const axis = fromStart(axes[i] ?? -1, x.length);
    out[axis] = sliceLength(x[axis] ?? 0, start, ends[i] ?? 0, steps[i] ?? 1);
  }
  return [out];
};

function sliceLength(size: number, start: number, end: number, step: number): number {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const bounded = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, low), high);
  return Math.max(0, Math.ceil((bounded(end) - bounded(start)) / step));
}

const gather: Rule = ({ node, shapes: [x, index] }) => {
  if (!x || !index) return [];
  const axis = fromStart(intAttribute(node, "axis", 0), x.length);
  return [[...x.slice(0, axis), ...index, ...x.slice(axis + 1)]];
};

const gatherNd: Rule = ({ node, shapes: [x, index] }) => {
  if (!x || !index) return [];
  const batch = intAttribute(node, "batch_dims", 0);
  return [[...index.slice(0, -1), ...x.slice(batch + (index.at(-1) ?? 0))]];
};

const expand: Rule = ({ shapes: [x], values }) => [broadcast([x, values[1]?.values])];
const tile: Rule = ({ shapes: [x], values }) => {
  const repeats = values[1]?.values;
  return [repeats && x?.map((size, i) => size * (repeats[i] ?? -1))];
};

const pad: Rule = (known) => {
  const [x] = known.shapes;
  const pads = operand(known, "pads", 1);
  if (!x || !pads || (known.node.inputs[3] && !known.values[3])) return [];
  const axes = known.values[3]?.values ?? [...x.keys()];
  const out = [...x];
  for (const [i, given] of axes.entries()) {
    const axis = fromStart(given, x.length);
    out[axis] = (out[axis] ?? -1) + (pads[i] ?? 0) + (pads[i + axes.length] ?? 0);
  }
  return [out];
};

const resize: Rule = ({ node, opset, shapes: [x], values }) => {
  const sizes = node.op === "Resize" && opset >= 11 && node.inputs[3] ? values[3] : undefined;
  if (!x || intsAttribute(node, "axes")) return [];
  if (sizes) return [sizes.values.length === x.length ? sizes.values : undefined];
  const attribute = node.attributes.get("scales");
  const scales =
    attribute?.kind === "F" ? [...attribute.value] : values[node.op === "Resize" && opset >= 11 ? 2 : 1]?.values;
  return [scales?.length === x.length ? x.map((size, i) => Math.floor(size * scales[i]!)) : undefined];
};

const topK: Rule = ({ node, shapes: [x], values }) => {
  const k = intAttribute(node, "k", values[1]?.values[0] ?? -1);
  const axis = fromStart(intAttribute(node, "axis", -1), x?.length ?? 0);
  const out = x?.map((size, i) => (i === axis ? k : size));
  return [out, out];
};

const oneHot: Rule = ({ node, shapes: [x], values }) => {
  const depth = values[1]?.values[0];
  if (!x || depth === undefined) return [];
  const axis = fromStart(intAttribute(node, "axis", -1), x.length + 1);
  return [[...x.slice(0, axis), depth, ...x.slice(axis)]];
};

const einsum: Rule = ({ node, shapes }) => {
  const [terms, result] = einsumTerms(node);
  if (result === undefined || shapes.some((shape) => !shape)) return [];
  const sizes = einsumSizes(terms, shapes as number[][]);
  return [[...result].map((label) => sizes.get(label) ?? -1)];
};

/** Terms and result of an explicit equation without "..."; result is undefined for others. */
export function einsumTerms(node: Node): [string[], string | undefined] {
  const [left = "", right] = stringAttribute(node, "equation", "").replace(/ /g, "").split("->");
  return [left.split(","), left.includes(".") ? undefined : right];
}

export function einsumSizes(terms: string[], shapes: number[][]): Map<string, number> {
  return new Map(
    terms.flatMap((term, i) => [...term].map((label, j): [string, number] => [label, shapes[i]?.[j] ?? -1])),
  );
}

const shapeOf: Rule = ({ node, shapes: [x] }) => [
  x && [x.slice(intAttribute(node, "start", 0), intAttribute(node, "end", x.length)).length],
];

/** A support vector machine without probabilities puts out one score for each pair of classes. */
function scoreCount(node: Node, classes: number): number {
  const has = (name: string) => {
    const attribute = node.attributes.get(name);
    return (attribute?.kind === "F" || attribute?.kind === "I") && attribute.value.length > 0;
  };
  const pairwise = node.op === "SVMClassifier" && has("vectors_per_class") && !has("prob_a") && classes > 2;
  return pairwise ? (classes * (classes - 1)) / 2 : classes;
}

const scores: Rule = ({ node, shapes: [x] }) => {
  const ints = intsAttribute(node, "classlabels_ints") ?? intsAttribute(node, "classlabels_int64s");
  const strings = node.attributes.get("classlabels_strings");
  const classes = ints?.length ? ints.length : strings?.kind === "S" ? strings.value.length : -1;
  const rows = x?.length === 1 ? 1 : x?.[0];
  return rows === undefined ? [] : [[rows], classes < 2 ? undefined : [rows, scoreCount(node, classes)]];
};

const regression: Rule = ({ node, shapes: [x] }) => {
  const targets = intAttribute(node, node.op === "LinearRegressor" ? "targets" : "n_targets", 1);
  return [x && [x.length === 1 ? 1 : x[0]!, targets]];
};

function each(ops: string, rule: Rule): [string, Rule][] {
  return ops.split(/\s+/).map((op) => [op, rule]);
}

export const shapeRules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...each(
    `Abs Acos Acosh Asin Asinh Atan Atanh BatchNormalization Bernoulli Binarizer BitwiseNot Cast CastLike Ceil Celu Clip Cos Cosh
     CumSum CumProd DequantizeLinear Dropout Elu Erf Exp EyeLike Floor Gelu GroupNormalization HardSigmoid HardSwish Hardmax
     Identity Imputer InstanceNormalization IsInf IsNaN LRN LayerNormalization LeakyRelu Log LogSoftmax LpNormalization
     MeanVarianceNormalization Mish Neg Normalizer Not PRelu QuantizeLinear RMSNormalization RandomNormalLike RandomUniformLike
     Reciprocal Relu Round Scaler ScatterElements ScatterND Scatter Selu Shrink Sigmoid Sign Sin Sinh Softmax Softplus Softsign
     Sqrt Swish Tan Tanh ThresholdedRelu Trilu`,
    same,
  ),
  ...each(
    `Add And BitShift BitwiseAnd BitwiseOr BitwiseXor Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or
     Pow Sub Sum Where Xor`,
    broadcasting,
  ),
  ...each(
    "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare",
    reduce,
  ),
  ...each("ArgMax ArgMin", argReduce),
  ...each("MatMul MatMulInteger", matMul),
  ...each("RandomNormal RandomUniform", ({ node }) => [intsAttribute(node, "shape")]),
  ...each("LinearClassifier SVMClassifier TreeEnsembleClassifier", scores),
  ...each("LinearRegressor SVMRegressor TreeEnsembleRegressor TreeEnsemble", regression),
  ...each("Resize Upsample", resize),
  ["Gemm", gemm],
  ["Flatten", flatten],
  ["Reshape", reshape],
  ["Transpose", transpose],
  ["Squeeze", squeeze],
  ["Unsqueeze", unsqueeze],
  ["Concat", concat],
  ["Split", split],
  ["Slice", slice],
  ["Gather", gather],
  ["GatherElements", ({ shapes }) => [shapes[1]]],
  ["GatherND", gatherNd],
  ["Expand", expand],
  ["Tile", tile],
  ["Pad", pad],
  ["TopK", topK],
  ["OneHot", oneHot],
  ["Einsum", einsum],
  ["Shape", shapeOf],
  ["Size", () => [[]]],
  ["ConstantOfShape", ({ values }) => [values[0]?.values]],
  ["Range", ({ values: [a, b, c] }) => [a && b && c && [rangeLength(a.values[0]!, b.values[0]!, c.values[0]!)]]],
  ["ArrayFeatureExtractor", ({ shapes: [x, index] }) => [x && index && [...x.slice(0, -1), elementCount(index)]]],
  ["GridSample", ({ shapes: [x, grid] }) => [x && grid && [...x.slice(0, 2), ...grid.slice(1, -1)]]],
  ...poolRules,
]);

function rangeLength(start: number, limit: number, step: number): number {
  return Math.max(0, Math.ceil((limit - start) / step));
}
