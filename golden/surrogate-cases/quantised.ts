import { uniform } from "#golden/gradients.ts";
import { floats, node } from "#golden/graph.ts";
import { WIDTH } from "#golden/surrogate-cases/slopes.ts";
import { elementTypes, type Node, type Tensor } from "#onnx/model.ts";
import { tensorOf } from "#onnx/values.ts";

const random = uniform(6);
const byte = (value: number) => tensorOf(elementTypes.uint8, [], Uint8Array.of(value));

/** A layer on bytes, and the same on real numbers. */
export interface Layer {
  op: string;
  nodes: Node[];
  real: Node[];
  constants: Record<string, Tensor>;
}

const kernelBytes = Uint8Array.from({ length: 4 * WIDTH * 3 }, () => Math.floor(random() * 60) + 98);
const dequantised = (from: number, to: number, dims: number[]) =>
  floats(
    dims,
    [...kernelBytes.subarray(from, to)].map((value) => 0.01 * (value - 128)),
  );
const matrix = tensorOf(
  elementTypes.uint8,
  [WIDTH, WIDTH],
  Uint8Array.from({ length: WIDTH * WIDTH }, (_, i) => kernelBytes[i]!),
);
const filter = tensorOf(elementTypes.uint8, [3, 1, 1, 3], kernelBytes.slice(0, 9));
const quantities = {
  s: floats([], [0.02]),
  z: byte(128),
  ws: floats([], [0.01]),
  wz: byte(128),
  ys: floats([], [0.05]),
  yz: byte(120),
};
const image = tensorOf(elementTypes.int64, [4], BigInt64Array.of(-1n, 1n, 2n, 6n));
const flat = tensorOf(elementTypes.int64, [2], BigInt64Array.of(-1n, 12n));
const spread = { image, flat, up: floats([3, 1, 1, 1], [1, 1, 1]) };
const pads = { pads: [0, 1, 0, 1] };
const quantise = node("QuantizeLinear", "input s z", "q");
const back = [node("DequantizeLinear", "o ys yz", "y")];
const real = [node("MatMul", "input w", "y")];
export const layers: Layer[] = [
  {
    op: "QLinearMatMul",
    nodes: [quantise, node("QLinearMatMul", "q s z m ws wz ys yz", "o"), ...back],
    real,
    constants: { ...quantities, m: matrix, w: dequantised(0, WIDTH * WIDTH, [WIDTH, WIDTH]) },
  },
  {
    op: "MatMulInteger",
    nodes: [
      quantise,
      node("MatMulInteger", "q m z wz", "i"),
      node("Cast", "i", "f", { to: 1 }),
      node("Mul", "f both", "y"),
    ],
    real,
    constants: {
      ...quantities,
      m: matrix,
      both: floats([], [0.0002]),
      w: dequantised(0, WIDTH * WIDTH, [WIDTH, WIDTH]),
    },
  },
  {
    op: "QLinearConv",
    nodes: [
      quantise,
      node("Reshape", "q image", "r"),
      node("QLinearConv", "r s z m ws wz ys yz", "o", pads),
      node("DequantizeLinear", "o ys yz", "p"),
      node("ReduceMean", "p", "k", { axes: [1] }),
      node("Reshape", "k flat", "y"),
    ],
    real: [
      node("Reshape", "input image", "r"),
      node("Conv", "r w", "p", pads),
      node("ReduceMean", "p", "k", { axes: [1] }),
      node("Reshape", "k flat", "y"),
    ],
    constants: { ...quantities, ...spread, m: filter, w: dequantised(0, 9, [3, 1, 1, 3]) },
  },
  {
    op: "ConvInteger",
    nodes: [
      quantise,
      node("Reshape", "q image", "r"),
      node("ConvInteger", "r m z wz", "i", pads),
      node("Cast", "i", "f", { to: 1 }),
      node("Mul", "f both", "p"),
      node("ReduceMean", "p", "k", { axes: [1] }),
      node("Reshape", "k flat", "y"),
    ],
    real: [
      node("Reshape", "input image", "r"),
      node("Conv", "r w", "p", pads),
      node("ReduceMean", "p", "k", { axes: [1] }),
      node("Reshape", "k flat", "y"),
    ],
    constants: { ...quantities, ...spread, m: filter, both: floats([], [0.0002]), w: dequantised(0, 9, [3, 1, 1, 3]) },
  },
];
