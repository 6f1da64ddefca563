import { type Case, type Told, use } from "#golden/gradient-cases/case.ts";
import { floats } from "#golden/graph.ts";

const shape = [2, 3, 4];
const wide: Told = { range: [-3, 3] };
const positive: Told = { range: [0.2, 3] };

function unary(ops: string, told: Told = wide): Case[] {
  return ops.split(/\s+/).map((op) => use(op, "", [shape], told));
}

const half = { f: 0.5 };

export const elementwiseCases: Case[] = [
  ...unary("Identity Neg", { linear: true }),
  ...unary(
    `Abs Exp Sin Cos Atan Sinh Cosh Asinh Tanh Sigmoid Softplus Softsign Erf Relu LeakyRelu Elu Selu Celu ThresholdedRelu
     Shrink HardSigmoid HardSwish Gelu Mish`,
  ),
  ...unary("Log Sqrt Reciprocal", positive),
  ...unary("Tan Asin Acos Atanh", { range: [-0.9, 0.9] }),
  use("Acosh", "", [shape], { range: [1.2, 3] }),
  use("LeakyRelu", "alpha", [shape], { ...wide, attributes: { alpha: half } }),
  use("Elu", "alpha", [shape], { ...wide, attributes: { alpha: half } }),
  use("Celu", "alpha", [shape], { ...wide, attributes: { alpha: half } }),
  use("Selu", "alpha, gamma", [shape], { ...wide, attributes: { alpha: half, gamma: { f: 2 } } }),
  use("ThresholdedRelu", "alpha", [shape], { ...wide, attributes: { alpha: half } }),
  use("Shrink", "lambd, bias", [shape], { ...wide, attributes: { lambd: { f: 1 }, bias: half } }),
  use("HardSigmoid", "alpha, beta", [shape], { ...wide, attributes: { alpha: half, beta: { f: 0.4 } } }),
  use("Gelu", "tanh", [shape], { ...wide, attributes: { approximate: "tanh" } }),
  // The runtime (1.30) has no Swish after opset 24.
  use("Swish", "", [shape], { ...wide, until: 24 }),
  use("Swish", "alpha", [shape], { ...wide, until: 24, attributes: { alpha: half } }),
  use("Clip", "both bounds", [shape], { ...wide, until: 10, attributes: { min: { f: -1 }, max: { f: 0.5 } } }),
  use("Clip", "no bounds", [shape], { ...wide, linear: true }),
  use("Clip", "one bound", [shape], { ...wide, until: 10, attributes: { max: { f: 0.5 } } }),
  use("Clip", "both bounds", [shape], { ...wide, from: 11, weights: { l: floats([], [-1]), h: floats([], [0.5]) } }),
  use("Clip", "no lower bound", [shape], { ...wide, from: 11, operands: "a _ h", weights: { h: floats([], [0.5]) } }),
];
