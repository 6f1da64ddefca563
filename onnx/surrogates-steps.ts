import { axisVector } from "#onnx/gradient-rules/arithmetic.ts";
import { groupOf, kernelShape, windowOf } from "#onnx/gradient-rules/window.ts";
import type { Expansion, Rule, Site } from "#onnx/gradient-site.ts";
import type { Handling } from "#onnx/gradient-walk.ts";
import type { GraphWriter } from "#onnx/graph-writer.ts";
import { elementTypes, floatAttribute, intAttribute } from "#onnx/model.ts";
import type { Surrogate } from "#onnx/surrogates.ts";

const identity: Rule = (s) => [s.g()];

function rule(surrogate: string, by: Rule): Handling {
  return { kind: "rule", rule: by, surrogate };
}

function either(straight: Handling, smooth: Handling): Surrogate {
  return (_, __, variant) => (variant === "smooth" ? smooth : straight);
}

/** How much of a staircase's slope comes and goes: a little is left everywhere, so that nothing is hidden. */
const ripple = 0.9;

/** The slope of a smoothed staircase, steepest at its jumps: at halves, or at whole numbers. */
function staircase(jumps: "halves" | "wholes"): Handling {
  const sign = jumps === "wholes" ? 1 : -1;
  return rule("staircase", (s) => {
    const wave = s.w.op("Cos", [s.w.mul(s.x(), 2 * Math.PI)]);
    return [s.w.mul(s.g(), s.w.add(1, s.w.mul(sign * ripple, wave)))];
  });
}

const straight = rule("identity", identity);
const rounding = either(straight, staircase("halves"));
const flooring = either(straight, staircase("wholes"));

/** Steepness of a smoothed jump. */
const steep = 10;

const signSurrogate = either(
  rule("clipped identity", (s) => [s.w.where(s.w.op("LessOrEqual", [s.w.op("Abs", [s.x()]), 1]), s.g(), 0)]),
  rule("tanh", (s) => {
    const t = s.w.op("Tanh", [s.w.mul(s.x(), steep / 2)]);
    return [s.w.mul(s.g(), s.w.mul(steep / 2, s.w.sub(1, s.w.mul(t, t))))];
  }),
);

/** [a > b] as a function of a - b: a ramp of slope 1 around the threshold, or a sigmoid. */
function comparison(sign: 1 | -1): Surrogate {
  const both = (s: Site, slope: string) => {
    const flow = s.w.mul(s.g(), sign === 1 ? slope : s.w.neg(slope));
    return [flow, s.w.neg(flow)];
  };
  return either(
    rule("clipped identity", (s) => {
      const distance = s.w.op("Abs", [s.w.sub(s.x(0), s.x(1))]);
      return both(s, s.w.cast(s.w.op("LessOrEqual", [distance, 0.5])));
    }),
    rule("sigmoid", (s) => {
      const p = s.w.op("Sigmoid", [s.w.mul(steep, s.w.sub(s.x(0), s.x(1)))]);
      return both(s, s.w.mul(steep, s.w.mul(p, s.w.sub(1, p))));
    }),
  );
}

/** Logic as the polynomials that agree with it on 0 and 1. */
function logic(slope: (w: GraphWriter, other: string) => string): Surrogate {
  return () => rule("polynomial", (s) => [s.w.mul(s.g(), slope(s.w, s.x(1))), s.w.mul(s.g(), slope(s.w, s.x(0)))]);
}

const floats: ReadonlySet<number> = new Set([elementTypes.float16, elementTypes.float32, elementTypes.float64, 16]);

/** A cast to whole numbers truncates; to bool it asks whether there is anything; from either it changes nothing. */
const cast: Surrogate = (node, { w }, variant) => {
  const from = w.type(node.inputs[0]!);
  const to = node.op === "Cast" ? intAttribute(node, "to", 0) : w.type(node.inputs[1]!);
  if (!floats.has(from)) return { kind: "rule", rule: identity };
  if (floats.has(to)) return undefined;
  return variant === "smooth" && to !== elementTypes.bool ? staircase("wholes") : straight;
};

/** A shift multiplies or divides by a power of two. */
const bitShift: Surrogate = (node) =>
  rule("identity", (s) => {
    const direction = node.attributes.get("direction");
    const factor = s.w.op("Pow", [2, s.x(1)]);
    return [direction?.value === "LEFT" ? s.w.mul(s.g(), factor) : s.w.div(s.g(), factor)];
  });

const bounds: ReadonlyMap<number, readonly [number, number]> = new Map([
  [elementTypes.uint8, [0, 255]],
  [elementTypes.int8, [-128, 127]],
  [elementTypes.uint16, [0, 65535]],
  [elementTypes.int16, [-32768, 32767]],
]);

/** x / scale + zero point, as far as the type holds it. */
const quantize: Surrogate = () =>
  rule("identity", (s) => {
    const { node, w } = s;
    const axis = intAttribute(node, "axis", 1);
    const scale = axisVector(s, s.x(1), axis);
    const shifted = w.div(s.x(), scale);
    const value = s.has(2) ? w.add(shifted, axisVector(s, s.x(2), axis)) : shifted;
    const range = bounds.get(w.type(node.outputs[0]!));
    const flow = w.div(s.g(), scale);
    if (!range) return [flow];
    const inside = w.op("And", [w.greater(value, range[0] - 0.5), w.op("Less", [value, range[1] + 0.5])]);
    return [w.where(inside, flow, 0)];
  });

/** (x - zero point) scale; the scale's blocks, where it has some, have no rule. */
const dequantize: Surrogate = (node) => {
  if (intAttribute(node, "block_size", 0) !== 0) return { kind: "missing" };
  return {
    kind: "rule",
    rule: (s) => [s.w.mul(s.g(), axisVector(s, s.x(1), intAttribute(node, "axis", 1)))],
  };
};

const dynamicQuantize: Surrogate = () => rule("identity", (s) => [s.w.div(s.g(), s.y(1))]);

/** The operator on real numbers, and its saturation as a clip. */
function real(expand: Expansion): Surrogate {
  return () => ({ kind: "expansion", expand, surrogate: "identity" });
}

function lessZero(s: Site, x: number, zero: number): string {
  return s.has(zero) ? s.w.sub(s.x(x), s.w.reshape(s.x(zero), columnDims(s, zero))) : s.x(x);
}

/** A zero point for each row or output channel stands before the axes that it is for. */
function columnDims(s: Site, zero: number): number[] {
  const dims = s.dims(zero);
  return dims.length === 1 && dims[0] === 1
    ? []
    : [...dims, ...(s.node.op.includes("Conv") ? s.made().slice(2).fill(1).concat(1) : [])];
}

function convolved(s: Site, x: string, weights: string, at: number): string {
  const { node, w } = s;
  const window = windowOf(node, w.dims(x).slice(2), w.dims(weights).slice(2));
  const attributes = {
    kernel_shape: kernelShape(node).length > 0 ? kernelShape(node) : [...w.dims(weights).slice(2)],
    strides: window.strides,
    dilations: window.dilations,
    pads: [...window.before, ...window.after],
    group: groupOf(node),
  };
  return w.op("Conv", [x, weights, ...(s.has(at) ? [s.x(at)] : [])], attributes, s.made());
}

/** Scores at scale a b / c, with c's zero point, saturated. Scales of b may be one for each output channel. */
function requantized(s: Site, product: string, places: { scales: [number, number, number]; zero: number }): string {
  const { w } = s;
  const [a, b, c] = places.scales;
  const channels = s.node.op === "QLinearConv" && s.dims(b).length === 1 && s.dims(b)[0]! > 1;
  const scale = channels
    ? w.reshape(s.x(b), [s.dims(b)[0]!, ...s.made().slice(2).fill(1)])
    : w.reshape(s.x(b), s.dims(b).length === 1 && s.dims(b)[0] === 1 ? [] : s.dims(b));
  const value = w.add(w.mul(product, w.div(w.mul(scale, single(s, a)), single(s, c))), single(s, places.zero));
  const [low, high] = bounds.get(w.type(s.node.outputs[0]!)) ?? [-128, 127];
  return w.op("Clip", [value, low, high]);
}

function single(s: Site, place: number): string {
  return s.dims(place).length === 1 && s.dims(place)[0] === 1 ? s.w.reshape(s.x(place), []) : s.x(place);
}

const integerConv: Expansion = (s) => [convolved(s, lessZero(s, 0, 2), lessZero(s, 1, 3), 99)];
const integerMatMul: Expansion = (s) => [s.w.matmul(lessZero(s, 0, 2), lessZero(s, 1, 3))];
const linearConv: Expansion = (s) => [
  requantized(s, convolved(s, lessZero(s, 0, 2), lessZero(s, 3, 5), 8), { scales: [1, 4, 6], zero: 7 }),
];
const linearMatMul: Expansion = (s) => [
  requantized(s, s.w.matmul(lessZero(s, 0, 2), lessZero(s, 3, 5)), { scales: [1, 4, 6], zero: 7 }),
];

/** A difference of branches that is still a number to climb. */
const largestStep = 1e20;

/** The condition matters by how much the two branches differ. */
const where: Surrogate = () => ({
  kind: "rule",
  rule: (s) => {
    const { w, node } = s;
    const condition = node.inputs[0]!;
    const towards = () => {
      const difference = w.sub(s.x(1), s.x(2));
      // A branch may be infinite, as a mask is.
      const finite = w.op("Less", [w.op("Abs", [difference]), largestStep]);
      return w.where(finite, w.mul(s.g(), difference), 0);
    };
    return [s.wants(0) ? towards() : undefined, w.where(condition, s.g(), 0), w.where(condition, 0, s.g())];
  },
});

/** [x > threshold]. */
const binarizer: Surrogate = either(
  rule("clipped identity", (s) => {
    const distance = s.w.op("Abs", [s.w.sub(s.x(), floatAttribute(s.node, "threshold", 0))]);
    return [s.w.where(s.w.op("LessOrEqual", [distance, 0.5]), s.g(), 0)];
  }),
  rule("sigmoid", (s) => {
    const p = s.w.op("Sigmoid", [s.w.mul(steep, s.w.sub(s.x(), floatAttribute(s.node, "threshold", 0)))]);
    return [s.w.mul(s.g(), s.w.mul(steep, s.w.mul(p, s.w.sub(1, p))))];
  }),
);

/** Operators that jump between constants: rounding, comparing, logic, quantising. */
export const stepSurrogates: readonly (readonly [string, Surrogate])[] = [
  ["Round", rounding],
  ["Floor", flooring],
  ["Ceil", flooring],
  ["Sign", signSurrogate],
  ["Cast", cast],
  ["CastLike", cast],
  ["Greater", comparison(1)],
  ["GreaterOrEqual", comparison(1)],
  ["Less", comparison(-1)],
  ["LessOrEqual", comparison(-1)],
  ["And", logic((_, other) => other)],
  ["Or", logic((w, other) => w.sub(1, other))],
  ["Xor", logic((w, other) => w.sub(1, w.mul(2, other)))],
  ["Not", () => rule("polynomial", (s) => [s.w.neg(s.g())])],
  ["BitShift", bitShift],
  ["BitwiseAnd", () => straight],
  ["QuantizeLinear", quantize],
  ["DequantizeLinear", dequantize],
  ["DynamicQuantizeLinear", dynamicQuantize],
  ["ConvInteger", real(integerConv)],
  ["MatMulInteger", real(integerMatMul)],
  ["QLinearConv", real(linearConv)],
  ["QLinearMatMul", real(linearMatMul)],
  ["Where", where],
  ["ai.onnx.ml:Binarizer", binarizer],
];
