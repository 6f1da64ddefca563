import { elementCount, intAttribute, intsAttribute, type Node, stringAttribute } from "#onnx/model.ts";
import { broadcast, fromStart, type Rule } from "#onnx/shape-rule.ts";
import { moveRules } from "#onnx/shape-rules-move.ts";
import { poolRules } from "#onnx/shape-rules-window.ts";

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
  ["Gemm", gemm],
  ["GatherElements", ({ shapes }) => [shapes[1]]],
  ["Einsum", einsum],
  ["Shape", shapeOf],
  ["Size", () => [[]]],
  ["ConstantOfShape", ({ values }) => [values[0]?.values]],
  ["Range", ({ values: [a, b, c] }) => [a && b && c && [rangeLength(a.values[0]!, b.values[0]!, c.values[0]!)]]],
  ["ArrayFeatureExtractor", ({ shapes: [x, index] }) => [x && index && [...x.slice(0, -1), elementCount(index)]]],
  ["GridSample", ({ shapes: [x, grid] }) => [x && grid && [...x.slice(0, 2), ...grid.slice(1, -1)]]],
  ...moveRules,
  ...poolRules,
]);

function rangeLength(start: number, limit: number, step: number): number {
  return Math.max(0, Math.ceil((limit - start) / step));
}
