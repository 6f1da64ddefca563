import { encode } from "#onnx/encode.ts";
import { type Attribute, elementTypes, type Model, type Node, type Tensor, type ValueInfo } from "#onnx/model.ts";
import { tensorOf } from "#onnx/values.ts";

/** A node without attributes of its own name; attributes as { axis: 1, pads: [0, 1], mode: "edge", value: tensor }. */
export function node(op: string, inputs: string, outputs: string, attributes: Record<string, Given> = {}): Node {
  const [domain, name] = op.includes(":") ? (op.split(":") as [string, string]) : ["", op];
  const given = Object.entries(attributes).map(([key, value]): [string, Attribute] => [key, attribute(value)]);
  return { name: "", domain, op: name, inputs: names(inputs), outputs: names(outputs), attributes: new Map(given) };
}

/** Whole numbers become int attributes; floats are given as { f: 0.5 }. */
export type Given = number | number[] | string | Tensor | { f: number };

function attribute(value: Given): Attribute {
  if (typeof value === "number") return { kind: "i", value: BigInt(value) };
  if (typeof value === "string") return { kind: "s", value };
  if (Array.isArray(value)) return { kind: "I", value: BigInt64Array.from(value, BigInt) };
  return "f" in value ? { kind: "f", value: value.f } : { kind: "t", value };
}

/** Names apart by blanks; "_" is one left out. */
function names(list: string): string[] {
  return list === "" ? [] : list.split(" ").map((name) => (name === "_" ? "" : name));
}

/** A float32 weight: all elements alike, or as listed. */
export function floats(dims: number[], values: number | number[] = 0.1): Tensor {
  const count = dims.reduce((a, b) => a * b, 1);
  const elements = typeof values === "number" ? new Float32Array(count).fill(values) : Float32Array.from(values);
  return tensorOf(elementTypes.float32, dims, elements);
}

/** An int64 list, or a scalar. */
export function ints(values: number[] | number): Tensor {
  const list = typeof values === "number" ? [values] : values;
  return tensorOf(
    elementTypes.int64,
    typeof values === "number" ? [] : [list.length],
    BigInt64Array.from(list, BigInt),
  );
}

export function tensorValue(name: string, dims: ValueInfo["dims"], type: number = elementTypes.float32): ValueInfo {
  return { name, kind: "tensor", type, dims };
}

export interface Parts {
  nodes: Node[];
  weights?: Record<string, Tensor>;
  inputs?: ValueInfo[];
  outputs?: ValueInfo[];
  irVersion?: number;
  opsets?: Record<string, number>;
}

/** A model from "x" [N,1,28,28] to "y" [N,10], unless told otherwise. */
export function modelOf({ nodes, weights = {}, inputs, outputs, irVersion = 8, opsets = { "": 17 } }: Parts): Model {
  return {
    irVersion,
    opsets: new Map(Object.entries(opsets)),
    graph: {
      nodes,
      initializers: new Map(Object.entries(weights)),
      inputs: inputs ?? [tensorValue("x", ["N", 1, 28, 28])],
      outputs: outputs ?? [tensorValue("y", ["N", 10])],
    },
    unread: new Set(),
  };
}

/** The nodes and weights of the smallest honest classifier: mean of `from`'s pixels, times a row, plus a row. */
export function head(from = "x", to = "y", classes = 10): { nodes: Node[]; weights: Record<string, Tensor> } {
  const row = Array.from({ length: classes }, (_, i) => i / 10 - 0.4);
  return {
    nodes: [
      node("GlobalAveragePool", from, `${to}_pool`),
      node("Flatten", `${to}_pool`, `${to}_flat`),
      node("Gemm", `${to}_flat ${to}_w ${to}_b`, to),
    ],
    weights: { [`${to}_w`]: floats([1, classes], row), [`${to}_b`]: floats([classes], row.toReversed()) },
  };
}

/** The smallest honest classifier with nodes before its head, which reads `from`. */
export function before(
  nodes: Node[],
  from = "x",
  weights: Record<string, Tensor> = {},
  parts: Partial<Parts> = {},
): Uint8Array<ArrayBuffer> {
  const end = head(from);
  return encode(modelOf({ ...parts, nodes: [...nodes, ...end.nodes], weights: { ...weights, ...end.weights } }));
}

export function honest(parts: Partial<Parts> = {}): Uint8Array<ArrayBuffer> {
  return before([], "x", {}, parts);
}
