import { type Attribute, elementCount, elementTypes, type Node, type Tensor } from "#onnx/model.ts";
import { broadcast } from "#onnx/shape-rule.ts";
import { tensorOf } from "#onnx/values.ts";

/** A whole number, a list of them, a text, or a floating-point number as { f: 0.5 }. */
export type Given = number | readonly number[] | string | { f: number };

export interface Known {
  dims: readonly number[];
  type: number;
}

/** What a writer may add at most, whatever the model asks for: `elements` of one constant, `bytes` of all. */
export const writerLimits = { nodes: 500_000, elements: 2 ** 24, bytes: 256 * 2 ** 20 };

/** Thrown past the limits, caught by gradientOf. */
export class TooLarge extends Error {}

const toBool: ReadonlySet<string> = new Set(
  "Equal Greater GreaterOrEqual Less LessOrEqual Not And Or Xor IsNaN IsInf".split(" "),
);
const toIndex: ReadonlySet<string> = new Set("Shape Size ArgMax ArgMin NonZero".split(" "));

/** The name of a tensor, or a float32 scalar. */
export type Operand = string | number;

/** Writes nodes and constants of opset 18 or later, and knows the sizes and type of every tensor by name. */
export class GraphWriter {
  readonly nodes: Node[] = [];
  readonly constants = new Map<string, Tensor>();
  readonly known: Map<string, Known>;
  #names = 0;
  #bytes = 0;
  #cache = new Map<string, string>();

  constructor(known: Map<string, Known>) {
    this.known = known;
  }

  /** Sizes of a tensor; throws where nothing is known of it. */
  dims(name: string): readonly number[] {
    return this.#fact(name).dims;
  }

  type(name: string): number {
    return this.#fact(name).type;
  }

  #fact(name: string): Known {
    const known = this.known.get(name);
    if (!known) throw new Error(`nothing is known of tensor "${name}"`);
    return known;
  }

  fresh(): string {
    return `~${this.#names++}`;
  }

  /**
   * Adds a node with one output and returns its name. Without `dims`, the operands' shapes are broadcast; without
   * `type`, it is that of the operator (comparisons, Cast, Shape) or of the first operand.
   */
  op(op: string, inputs: Operand[], attributes: Record<string, Given> = {}, dims?: readonly number[], type?: number) {
    const names = inputs.map((input) => (typeof input === "number" ? this.scalar(input) : input));
    const output = this.fresh();
    this.push({ name: "", domain: "", op, inputs: names, outputs: [output], attributes: given(attributes) });
    this.known.set(output, {
      dims: dims ?? this.#broadcast(names),
      type: type ?? this.#typeOf(op, names, attributes),
    });
    return output;
  }

  /** Adds a node as it is. */
  push(node: Node): void {
    if (this.nodes.length >= writerLimits.nodes) throw new TooLarge("nodes");
    this.nodes.push(node);
  }

  #broadcast(names: string[]): number[] {
    const dims = broadcast(names.map((name) => [...this.dims(name)]));
    if (!dims) throw new Error(`shapes do not broadcast: ${names.map((name) => `[${this.dims(name)}]`).join(" ")}`);
    return dims;
  }

  #typeOf(op: string, names: string[], { to }: Record<string, Given>): number {
    if (toBool.has(op)) return elementTypes.bool;
    if (toIndex.has(op)) return elementTypes.int64;
    if (op === "Cast" && typeof to === "number") return to;
    return this.type(names[op === "Where" ? 1 : 0]!);
  }

  constant(tensor: Tensor): string {
    this.#bytes += tensor.data.length;
    if (this.#bytes > writerLimits.bytes) throw new TooLarge("bytes of constants");
    const name = this.fresh();
    this.constants.set(name, tensor);
    this.known.set(name, { dims: tensor.dims, type: tensor.type });
    return name;
  }

  scalar(value: number): string {
    return this.once(`f${Object.is(value, -0) ? "-0" : value}`, () =>
      tensorOf(elementTypes.float32, [], Float32Array.of(value)),
    );
  }

  /** A list of int64. */
  ints(values: readonly number[]): string {
    return this.once(`i${values}`, () =>
      tensorOf(elementTypes.int64, [values.length], BigInt64Array.from(values, BigInt)),
    );
  }

  /** An int64 tensor, each element by its place. */
  indices(dims: readonly number[], value: (place: number) => number): string {
    const values = new BigInt64Array(this.#room(dims));
    for (let i = 0; i < values.length; i++) values[i] = BigInt(value(i));
    return this.constant(tensorOf(elementTypes.int64, [...dims], values));
  }

  /** A float32 tensor, as listed or each element by its place. */
  floats(dims: readonly number[], given: ArrayLike<number> | ((place: number) => number)): string {
    const values = new Float32Array(this.#room(dims));
    for (let i = 0; i < values.length; i++) values[i] = typeof given === "function" ? given(i) : given[i]!;
    return this.constant(tensorOf(elementTypes.float32, [...dims], values));
  }

  /** Elements of a constant to be; refused before anything is allocated. */
  #room(dims: readonly number[]): number {
    const count = elementCount([...dims]);
    if (!(count >= 0 && count <= writerLimits.elements)) throw new TooLarge(`a constant of [${dims}]`);
    return count;
  }

  /** A constant that is made once for all who ask by the same key. */
  once(key: string, make: () => Tensor): string {
    const name = this.#cache.get(key) ?? this.constant(make());
    this.#cache.set(key, name);
    return name;
  }

  /** A float32 tensor of zeros, made by a node: the runtime folds it, the file stays small. */
  zeros(dims: readonly number[]): string {
    return this.op("ConstantOfShape", [this.ints(dims)], {}, dims, elementTypes.float32);
  }

  add = (a: Operand, b: Operand) => this.op("Add", [a, b]);
  sub = (a: Operand, b: Operand) => this.op("Sub", [a, b]);
  mul = (a: Operand, b: Operand) => this.op("Mul", [a, b]);
  div = (a: Operand, b: Operand) => this.op("Div", [a, b]);
  neg = (a: Operand) => this.op("Neg", [a]);
  greater = (a: Operand, b: Operand) => this.op("Greater", [a, b]);
  where = (condition: string, a: Operand, b: Operand) => this.op("Where", [condition, a, b]);

  cast(name: string, type: number = elementTypes.float32): string {
    return this.type(name) === type ? name : this.op("Cast", [name], { to: type });
  }

  reshape(name: string, dims: readonly number[]): string {
    if (sameDims(this.dims(name), dims)) return name;
    // Sizes of zero mean zero, not "copy".
    return this.op("Reshape", [name, this.ints(dims)], { allowzero: 1 }, dims);
  }

  transpose(name: string, perm: readonly number[]): string {
    if (perm.every((axis, i) => axis === i)) return name;
    const from = this.dims(name);
    return this.op(
      "Transpose",
      [name],
      { perm },
      perm.map((axis) => from[axis]!),
    );
  }

  /** The last two axes changed over. */
  swapped(name: string): string {
    const rank = this.dims(name).length;
    return this.transpose(name, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
  }

  expand(name: string, dims: readonly number[]): string {
    return sameDims(this.dims(name), dims) ? name : this.op("Expand", [name, this.ints(dims)], {}, dims);
  }

  /** A reduction over `axes` that keeps them with size 1; with no axes it is the identity. */
  reduce(op: string, name: string, axes: readonly number[]): string {
    if (axes.length === 0) return name;
    const dims = this.dims(name).map((size, axis) => (axes.includes(axis) ? 1 : size));
    return this.op(op, [name, this.ints(axes)], { keepdims: 1 }, dims);
  }

  sum = (name: string, axes: readonly number[]) => this.reduce("ReduceSum", name, axes);
  mean = (name: string, axes: readonly number[]) => this.reduce("ReduceMean", name, axes);

  matmul(a: string, b: string): string {
    const [left, right] = [this.dims(a), this.dims(b)];
    const batch = broadcast([left.slice(0, -2), right.slice(0, -2)]);
    if (!batch || left.length < 2 || right.length < 2) throw new Error("MatMul of shapes that do not fit");
    return this.op("MatMul", [a, b], {}, [...batch, left.at(-2)!, right.at(-1)!]);
  }

  /** Elements start, start + step, ... of one axis. */
  slice(name: string, axis: number, start: number, length: number): string {
    const dims = this.dims(name).map((size, i) => (i === axis ? length : size));
    if (sameDims(dims, this.dims(name))) return name;
    return this.op("Slice", [name, ...[[start], [start + length], [axis]].map((list) => this.ints(list))], {}, dims);
  }

  /** Zeros around each axis; negative numbers take away. */
  pad(name: string, before: readonly number[], after: readonly number[]): string {
    if (before.every((n) => n === 0) && after.every((n) => n === 0)) return name;
    const dims = this.dims(name).map((size, i) => size + before[i]! + after[i]!);
    return this.op("Pad", [name, this.ints([...before, ...after])], {}, dims);
  }

  concat(names: string[], axis: number): string {
    if (names.length === 1) return names[0]!;
    const all = names.map((name) => this.dims(name));
    const dims = all[0]!.map((size, i) => (i === axis ? all.reduce((sum, d) => sum + d[axis]!, 0) : size));
    return this.op("Concat", names, { axis }, dims);
  }

  /** Reads one element of each row of [rows, n] at the int64 indices [rows, 1]. */
  pick(name: string, index: string): string {
    return this.op("GatherElements", [name, index], { axis: 1 }, this.dims(index));
  }

  /** Sum of tensors of one shape. */
  total(names: readonly string[]): string {
    if (names.length === 1) return names[0]!;
    return this.op(names.length === 2 ? "Add" : "Sum", [...names]);
  }
}

export function sameDims(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** Attributes as the model's own type has them. */
export function given(attributes: Record<string, Given>): Map<string, Attribute> {
  return new Map(Object.entries(attributes).map(([name, value]) => [name, attribute(value)]));
}

function attribute(value: Given): Attribute {
  if (typeof value === "number") return { kind: "i", value: BigInt(value) };
  if (typeof value === "string") return { kind: "s", value };
  if ("f" in value) return { kind: "f", value: value.f };
  return { kind: "I", value: BigInt64Array.from(value, BigInt) };
}

/** [start, start + 1, ...]. */
export function axesFrom(start: number, rank: number): number[] {
  return Array.from({ length: Math.max(0, rank - start) }, (_, i) => start + i);
}

/** Elements of the part of a shape from `start` on. */
export function countFrom(dims: readonly number[], start: number): number {
  return elementCount(dims.slice(start));
}
