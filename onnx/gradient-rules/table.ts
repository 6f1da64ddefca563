import { arithmeticRules } from "#onnx/gradient-rules/arithmetic.ts";
import { attention } from "#onnx/gradient-rules/attention.ts";
import { classicalExpansions, classicalRules } from "#onnx/gradient-rules/classical.ts";
import { convRules } from "#onnx/gradient-rules/conv.ts";
import { einsum } from "#onnx/gradient-rules/einsum.ts";
import { elementwiseRules } from "#onnx/gradient-rules/elementwise.ts";
import { gridRules } from "#onnx/gradient-rules/grid.ts";
import { matrixRules } from "#onnx/gradient-rules/matrix.ts";
import { moveRules } from "#onnx/gradient-rules/move.ts";
import { normaliseExpansions, normaliseRules } from "#onnx/gradient-rules/normalise.ts";
import { pickRules } from "#onnx/gradient-rules/pick.ts";
import { poolExpansions, poolRules } from "#onnx/gradient-rules/pool.ts";
import { probedRules } from "#onnx/gradient-rules/probe.ts";
import { recurrentExpansions } from "#onnx/gradient-rules/recurrent.ts";
import { reduceRules } from "#onnx/gradient-rules/reduce.ts";
import { softmaxRules } from "#onnx/gradient-rules/softmax.ts";
import { vectorExpansions } from "#onnx/gradient-rules/vectors.ts";
import type { Handling } from "#onnx/gradient-walk.ts";
import type { GraphWriter } from "#onnx/graph-writer.ts";
import { elementTypes, intAttribute, type Node } from "#onnx/model.ts";

const floats: ReadonlySet<number> = new Set([elementTypes.float16, elementTypes.float32, elementTypes.float64, 16]);

const flat: Handling = { kind: "stop", flat: true };
const structural: Handling = { kind: "stop", flat: false };

/** A conversion between floating-point types is the identity; any other is a step function. */
function cast(node: Node, w: GraphWriter): Handling {
  const from = w.type(node.inputs[0]!);
  const to = node.op === "Cast" ? intAttribute(node, "to", 0) : w.type(node.inputs[1]!);
  return floats.has(from) && floats.has(to) ? { kind: "rule", rule: (s) => [s.g()] } : flat;
}

/** Operators whose derivative is zero almost everywhere. */
const steps = `Round Floor Ceil Sign Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor Not IsNaN IsInf ArgMax ArgMin OneHot
  Hardmax NonZero Unique BitShift BitwiseAnd BitwiseOr BitwiseXor BitwiseNot QuantizeLinear DequantizeLinear Bernoulli
  DynamicQuantizeLinear ConvInteger MatMulInteger QLinearConv QLinearMatMul ai.onnx.ml:Binarizer ai.onnx.ml:LabelEncoder
  ai.onnx.ml:OneHotEncoder ai.onnx.ml:ZipMap ai.onnx.ml:TreeEnsemble ai.onnx.ml:TreeEnsembleClassifier
  ai.onnx.ml:TreeEnsembleRegressor`;

/**
 * Operators whose operands have finite adjoints where the output has: sums, moves, masks, products with what the forward
 * pass has put out, and slopes of at most one.
 */
const finite = new Set(
  `Add AveragePool BatchNormalization Clip Concat Conv ConvTranspose Expand Flatten Gemm GlobalAveragePool Identity LeakyRelu
  MatMul Mul MaxPool Neg Pad ReduceMean ReduceSum Relu Reshape Sigmoid Slice Split Squeeze Sub Sum Tanh Transpose
  Unsqueeze`.split(/\s+/),
);

/** How each operator is differentiated: the true derivative, or that nothing flows. What is not here has no rule. */
export const gradientTable: ReadonlyMap<string, Handling | ((node: Node, w: GraphWriter) => Handling)> = new Map<
  string,
  Handling | ((node: Node, w: GraphWriter) => Handling)
>([
  ...[
    ...elementwiseRules,
    ...arithmeticRules,
    ...moveRules,
    ...reduceRules,
    ...matrixRules,
    ...convRules,
    ...poolRules,
    ...normaliseRules,
    ...softmaxRules,
    ...pickRules,
    ...probedRules,
    ...gridRules,
    ...classicalRules,
    ["Einsum", einsum] as const,
  ].map(([op, rule]): [string, Handling] => [op, { kind: "rule", rule, finite: finite.has(op) }]),
  ...[
    ...normaliseExpansions,
    ...poolExpansions,
    ...recurrentExpansions,
    ...classicalExpansions,
    ...vectorExpansions,
    ["Attention", attention] as const,
  ].map(([op, expand]): [string, Handling] => [op, { kind: "expansion", expand }]),
  ...steps.split(/\s+/).map((op): [string, Handling] => [op, flat]),
  // Sizes, and what is made from sizes or chance alone.
  ...["Shape", "Size", "ConstantOfShape", "EyeLike", "Range", "RandomNormalLike", "RandomUniformLike"].map(
    (op): [string, Handling] => [op, structural],
  ),
  ["Cast", cast],
  ["CastLike", cast],
]);
