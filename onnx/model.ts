/** The element types of ONNX (TensorProto.DataType) that are named somewhere in this folder. */
export const elementTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const;

const sizes = new Map<number, number>([
  [1, 4],
  [2, 1],
  [3, 1],
  [4, 2],
  [5, 2],
  [6, 4],
  [7, 8],
  [9, 1],
  [10, 2],
  [11, 8],
  [12, 4],
  [13, 8],
  [16, 2],
]);

/** Bytes of one element; undefined for what no admitted model holds (strings, complex, 8-bit floats, packed 4-bit). */
export function elementSize(type: number): number | undefined {
  return sizes.get(type);
}

/** "float32" for 1 and so on; "type 23" for what has no name here. */
export function elementName(type: number): string {
  return Object.entries(elementTypes).find(([, code]) => code === type)?.[0] ?? `type ${type}`;
}

export interface Tensor {
  type: number;
  /** Sizes as the file gives them: whole numbers, possibly negative until checked. */
  dims: number[];
  /** Elements in row-major order, little-endian, without padding; may be a view into the file, at any alignment. */
  data: Uint8Array;
  /** Where the data lies when it is in a side file (see external.ts); then `data` is empty. */
  external?: { location: string; offset: number; length: number | undefined };
}

export type Attribute =
  | { kind: "i"; value: bigint }
  | { kind: "f"; value: number }
  | { kind: "s"; value: string }
  | { kind: "t"; value: Tensor }
  | { kind: "I"; value: BigInt64Array }
  | { kind: "F"; value: Float32Array }
  | { kind: "S"; value: string[] }
  /** A graph, sparse tensor, type or list of those: never looked into, never admitted. */
  | { kind: "unread"; value: string };

export interface Node {
  name: string;
  /** "" for the standard operators. */
  domain: string;
  op: string;
  /** Names of tensors; "" is an optional input left out. */
  inputs: string[];
  outputs: string[];
  attributes: Map<string, Attribute>;
}

export interface ValueInfo {
  name: string;
  /** "tensor", or what else it is (sequence, map, optional, ...), or "undeclared". */
  kind: string;
  /** Element type, 0 when undeclared. */
  type: number;
  /** null: undeclared. A size is a number, the name of a symbol, or null for unknown. */
  dims: (number | string | null)[] | null;
}

export interface Graph {
  nodes: Node[];
  initializers: Map<string, Tensor>;
  inputs: ValueInfo[];
  outputs: ValueInfo[];
}

export interface Model {
  irVersion: number;
  /** Domain ("" is ai.onnx) -> version. */
  opsets: Map<string, number>;
  graph: Graph;
  /** Parts that are in the file but not here, as no admitted model has them: "functions", "training_info", ... */
  unread: Set<string>;
}

/** Product of the sizes; 1 for a scalar. Exact below 2^53, and never below the true value above it. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

/** A whole-number attribute, clamped to +-(2^53-1); `fallback` when it is absent or of another kind. */
export function intAttribute(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes.get(name);
  return attribute?.kind === "i" ? safe(attribute.value) : fallback;
}

/** A list of whole numbers, clamped like `intAttribute`; undefined when it is absent or of another kind. */
export function intsAttribute(node: Node, name: string): number[] | undefined {
  const attribute = node.attributes.get(name);
  return attribute?.kind === "I" ? Array.from(attribute.value, safe) : undefined;
}

export function floatAttribute(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes.get(name);
  return attribute?.kind === "f" ? attribute.value : fallback;
}

export function stringAttribute(node: Node, name: string, fallback: string): string {
  const attribute = node.attributes.get(name);
  return attribute?.kind === "s" ? attribute.value : fallback;
}

/** An int64 as a number, clamped to the whole numbers that a double holds exactly. */
export function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return Number.MAX_SAFE_INTEGER;
  if (value < BigInt(Number.MIN_SAFE_INTEGER)) return Number.MIN_SAFE_INTEGER;
  return Number(value);
}
