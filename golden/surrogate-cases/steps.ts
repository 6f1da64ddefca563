import { floats, node } from "#golden/graph.ts";
import { derivative, sigmoid } from "#golden/surrogate-cases/slopes.ts";
import { elementTypes, type Node, type Tensor } from "#onnx/model.ts";
import { tensorOf } from "#onnx/values.ts";

/** A step of one input, made of nodes from "input" to "y". */
export interface Step {
  op: string;
  nodes: Node[];
  constants?: Record<string, Tensor>;
  /** The slope straight through. */
  straight: (x: number) => number;
  /** The function whose slope the smooth one is, or that slope. */
  smooth?: ((x: number) => number) | undefined;
  slope?: (x: number) => number;
}

const wave = (v: number) => (0.9 * Math.sin(2 * Math.PI * v)) / (2 * Math.PI);
const near = (v: number, t: number) => Number(Math.abs(v - t) <= 0.5);
const t = 0.3;
const threshold = { t: floats([], [t]) };
const toFloat = node("Cast", "c", "y", { to: elementTypes.float32 });
const compared = (op: string) => [node(op, "input t", "c"), toFloat];
/** Two comparisons, a = [x > 0.3] and b = [x > -0.4], put together. */
const combined = (op: string) => [
  node("Greater", "input t", "a"),
  node("Greater", "input u", "b"),
  node(op, "a b", "c"),
  toFloat,
];
const two = { ...threshold, u: floats([], [-0.4]) };
const [a, b] = [(v: number) => Number(v > t), (v: number) => Number(v > -0.4)];
const [smoothA, smoothB] = [(v: number) => sigmoid(10 * (v - t)), (v: number) => sigmoid(10 * (v + 0.4))];
const byte = (value: number) => tensorOf(elementTypes.uint8, [], Uint8Array.of(value));
const scale = { s: floats([], [0.01]), z: byte(100) };

/** Slopes of a product or sum of smooth comparisons at the values that the model itself has. */
const logical = (slope: (x: number, da: number, db: number) => number) => ({
  straight: (v: number) => slope(v, near(v, t), near(v, -0.4)),
  smooth: undefined,
  slope: (v: number) => slope(v, derivative(smoothA, v), derivative(smoothB, v)),
});

export const steps: Step[] = [
  { op: "Round", nodes: [node("Round", "input", "y")], straight: () => 1, smooth: (v) => v - wave(v) },
  { op: "Floor", nodes: [node("Floor", "input", "y")], straight: () => 1, smooth: (v) => v + wave(v) },
  { op: "Ceil", nodes: [node("Ceil", "input", "y")], straight: () => 1, smooth: (v) => v + wave(v) },
  {
    op: "Sign",
    nodes: [node("Sign", "input", "y")],
    straight: (v) => Number(Math.abs(v) <= 1),
    smooth: (v) => Math.tanh(5 * v),
  },
  {
    op: "Cast",
    nodes: [node("Cast", "input", "c", { to: elementTypes.int32 }), toFloat],
    straight: () => 1,
    smooth: (v) => v + wave(v),
  },
  {
    op: "CastLike",
    nodes: [node("CastLike", "input like", "c"), toFloat],
    constants: { like: byte(0) },
    straight: () => 1,
    smooth: (v) => v + wave(v),
  },
  ...["Greater", "GreaterOrEqual"].map((op) => ({
    op,
    nodes: compared(op),
    constants: threshold,
    straight: (v: number) => near(v, t),
    smooth: smoothA,
  })),
  ...["Less", "LessOrEqual"].map((op) => ({
    op,
    nodes: compared(op),
    constants: threshold,
    straight: (v: number) => -near(v, t),
    smooth: (v: number) => -smoothA(v),
  })),
  {
    op: "ai.onnx.ml:Binarizer",
    nodes: [node("ai.onnx.ml:Binarizer", "input", "y", { threshold: { f: t } })],
    straight: (v) => near(v, t),
    smooth: smoothA,
  },
  { op: "And", nodes: combined("And"), constants: two, ...logical((v, da, db) => da * b(v) + a(v) * db) },
  { op: "Or", nodes: combined("Or"), constants: two, ...logical((v, da, db) => da * (1 - b(v)) + db * (1 - a(v))) },
  {
    op: "Xor",
    nodes: combined("Xor"),
    constants: two,
    ...logical((v, da, db) => da * (1 - 2 * b(v)) + db * (1 - 2 * a(v))),
  },
  {
    op: "Not",
    nodes: [node("Greater", "input t", "a"), node("Not", "a", "c"), toFloat],
    constants: threshold,
    straight: (v) => -near(v, t),
    smooth: (v) => -smoothA(v),
  },
  {
    op: "Where",
    nodes: [node("Greater", "input t", "c"), node("Where", "c input u", "y")],
    constants: two,
    straight: (v) => a(v) + near(v, t) * (v + 0.4),
    slope: (v) => a(v) + derivative(smoothA, v) * (v + 0.4),
  },
  {
    op: "QuantizeLinear",
    nodes: [node("QuantizeLinear", "input s z", "q"), node("DequantizeLinear", "q s z", "y")],
    constants: scale,
    straight: (v) => Number(v > -1.005),
    slope: (v) => Number(v > -1.005),
  },
  {
    op: "BitShift",
    nodes: [
      node("Cast", "input", "q", { to: elementTypes.uint8 }),
      node("BitShift", "q one", "c", { direction: "RIGHT" }),
      toFloat,
    ],
    constants: { one: byte(1) },
    straight: () => 0.5,
    slope: (v) => derivative((u) => u + wave(u), v) / 2,
  },
  {
    op: "BitwiseAnd",
    nodes: [node("Cast", "input", "q", { to: elementTypes.uint8 }), node("BitwiseAnd", "q mask", "c"), toFloat],
    constants: { mask: byte(0xf0) },
    straight: () => 1,
    slope: (v) => derivative((u) => u + wave(u), v),
  },
];
