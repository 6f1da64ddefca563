import { elementCount, elementTypes, intAttribute, intsAttribute, type Node } from "#onnx/model.ts";

/** A small constant or a number computed from shapes: what operands such as "reshape to" are made of. */
export interface SmallValue {
  dims: number[];
  values: number[];
  /** Whether the elements are whole numbers by type, so that division truncates. */
  whole: boolean;
}

/** Elements that a value may have to be followed. */
export const foldLimit = 64;

/** Operands that a node may have to be followed: a hostile Max may have a million. */
const mostOperands = 16;

/**
 * The first output of a node whose operands are known small values; undefined where it is not one of the operators
 * that exporters compute shapes with. `shapes` holds the operands' shapes, as Shape and Size need no values; `made` is the
 * shape of the output, where known.
 */
export function fold(
  node: Node,
  operands: (SmallValue | undefined)[],
  shapes: (number[] | undefined)[],
  made: number[] | undefined,
): SmallValue | undefined {
  if (node.op === "Shape") return shapes[0] && shapeValue(node, shapes[0]);
  if (node.op === "Size") return shapes[0] && scalar(elementCount(shapes[0]));
  const known = operands.filter((operand) => operand !== undefined);
  if (known.length < operands.length || known.length === 0 || known.length > mostOperands) return undefined;
  const folded = folders.get(node.op)?.(known, node, made);
  return folded && folded.values.length <= foldLimit && folded.values.every(Number.isFinite) ? folded : undefined;
}

type Folder = (operands: SmallValue[], node: Node, made: number[] | undefined) => SmallValue | undefined;

function shapeValue(node: Node, shape: number[]): SmallValue {
  return vector(shape.slice(intAttribute(node, "start", 0), intAttribute(node, "end", shape.length)));
}

function vector(values: number[], whole = true): SmallValue {
  return { dims: [values.length], values, whole };
}

function scalar(value: number, whole = true): SmallValue {
  return { dims: [], values: [value], whole };
}

/** The same elements in another shape. */
const reshaped: Folder = ([x], _, made) =>
  made && elementCount(made) === x!.values.length ? { ...x!, dims: made } : undefined;

/** A small tensor of the given shape, each element taken from where `source` says, by indices. */
function picked(x: SmallValue, dims: number[], source: (index: number[]) => number[]): SmallValue | undefined {
  if (!(elementCount(dims) <= foldLimit)) return undefined;
  const values = Array.from({ length: elementCount(dims) }, (_, flat) => {
    let rest = flat;
    const index = dims.toReversed().map((size) => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at;
    });
    const from = source(index.reverse()).reduce((sum, at, axis) => sum * x.dims[axis]! + at, 0);
    return x.values[from] ?? Number.NaN;
  });
  return { dims, values, whole: x.whole };
}

const transpose: Folder = ([x], node, made) => {
  const perm = intsAttribute(node, "perm") ?? [...x!.dims.keys()].reverse();
  return made && picked(x!, made, (index) => x!.dims.map((_, axis) => index[perm.indexOf(axis)] ?? Number.NaN));
};

const floats: ReadonlySet<number> = new Set([elementTypes.float16, elementTypes.float32, elementTypes.float64, 16]);

const cast: Folder = ([x], node) => {
  const to = intAttribute(node, "to", 0);
  const convert =
    to === elementTypes.bool ? (v: number) => Number(v !== 0) : floats.has(to) ? (v: number) => v : Math.trunc;
  return { ...x!, values: x!.values.map(convert), whole: !floats.has(to) };
};

const concat: Folder = (parts) =>
  parts.every((part) => part.dims.length === 1)
    ? vector(
        parts.flatMap((part) => part.values),
        parts[0]!.whole,
      )
    : undefined;

const gather: Folder = ([data, index], node) => {
  if (data!.dims.length !== 1 || intAttribute(node, "axis", 0) > 0) return undefined;
  const picked = index!.values.map((i) => data!.values.at(i));
  if (picked.includes(undefined)) return undefined;
  return { dims: index!.dims, values: picked as number[], whole: data!.whole };
};

const slice: Folder = ([x, starts, ends, axes, steps], _, made) => {
  if (!made || !starts || !ends) return undefined;
  const from = x!.dims.map(() => 0);
  const by = x!.dims.map(() => 1);
  for (const [i, start] of starts.values.entries()) {
    const given = axes?.values[i] ?? i;
    const axis = given < 0 ? given + x!.dims.length : given;
    const size = x!.dims[axis] ?? 0;
    by[axis] = steps?.values[i] ?? 1;
    from[axis] = Math.min(Math.max(start < 0 ? start + size : start, 0), size - 1);
  }
  return picked(x!, made, (index) => index.map((at, axis) => from[axis]! + at * by[axis]!));
};

const expand: Folder = ([x, to]) => {
  const count = elementCount(to!.values);
  if (x!.values.length !== 1 || !Number.isInteger(count) || count > foldLimit || count < 0) return undefined;
  return { dims: to!.values, values: Array(count).fill(x!.values[0]), whole: x!.whole };
};

const range: Folder = ([start, limit, step]) => {
  const [from, to, by] = [start!.values[0]!, limit!.values[0]!, step!.values[0]!];
  const count = Math.max(0, Math.ceil((to - from) / by));
  if (!(count <= foldLimit)) return undefined;
  return vector(
    Array.from({ length: count }, (_, i) => from + i * by),
    start!.whole,
  );
};

function unary(f: (x: number) => number): Folder {
  return ([x]) => ({ ...x!, values: x!.values.map(f) });
}

/** Element by element, where the operands have one element or the same number of them. */
function elementwise(f: (...values: number[]) => number, whole?: boolean): Folder {
  return (operands) => {
    const count = Math.max(...operands.map((o) => o.values.length));
    if (operands.some((o) => o.values.length !== 1 && o.values.length !== count)) return undefined;
    const values = Array.from({ length: count }, (_, i) => f(...operands.map((o) => o.values[i % o.values.length]!)));
    const longest = operands.reduce((a, b) => (b.dims.length > a.dims.length ? b : a));
    const dims = longest.values.length === count ? longest.dims : [count];
    return { dims, values, whole: whole ?? operands.at(-1)!.whole };
  };
}

const divide: Folder = (operands, node, made) =>
  elementwise((a, b) => (operands[0]!.whole ? Math.trunc(a / b) : a / b))(operands, node, made);

function reduction(f: (values: number[]) => number): Folder {
  return ([x]) => (x!.dims.length <= 1 ? scalar(f(x!.values), x!.whole) : undefined);
}

const folders = new Map<string, Folder>([
  ["Identity", ([x]) => x],
  ["Cast", cast],
  ["Concat", concat],
  ["Gather", gather],
  ["Slice", slice],
  ["Expand", expand],
  ["Range", range],
  ["ConstantOfShape", ([to], node, made) => expand([constantFill(node), to!], node, made)],
  ["Div", divide],
  ...["Unsqueeze", "Squeeze", "Reshape", "Flatten"].map((op): [string, Folder] => [op, reshaped]),
  ["Transpose", transpose],
  ["Floor", unary(Math.floor)],
  ["Ceil", unary(Math.ceil)],
  ["Sqrt", unary(Math.sqrt)],
  ["Neg", unary((x) => -x)],
  ["Abs", unary(Math.abs)],
  ["Not", unary((x) => Number(x === 0))],
  ["Add", elementwise((a, b) => a! + b!)],
  ["Sub", elementwise((a, b) => a! - b!)],
  ["Mul", elementwise((a, b) => a! * b!)],
  ["Mod", elementwise((a, b) => a! - b! * Math.floor(a! / b!))],
  ["Pow", elementwise((a, b) => a! ** b!)],
  ["Min", elementwise(Math.min)],
  ["Max", elementwise(Math.max)],
  ["Equal", elementwise((a, b) => Number(a === b), true)],
  ["Less", elementwise((a, b) => Number(a! < b!), true)],
  ["Greater", elementwise((a, b) => Number(a! > b!), true)],
  ["Where", elementwise((c, a, b) => (c ? a! : b!))],
  ["ReduceProd", reduction(elementCount)],
  ["ReduceSum", reduction((values) => values.reduce((a, b) => a + b, 0))],
  ["ReduceMax", reduction((values) => Math.max(...values))],
  ["ReduceMin", reduction((values) => Math.min(...values))],
]);

/** What ConstantOfShape fills with, as far as a shape may need it: zero, or the value's first byte (1, 2, ...). */
function constantFill(node: Node): SmallValue {
  const fill = node.attributes.get("value");
  const whole = fill?.kind === "t" && fill.value.type === elementTypes.int64;
  return scalar(whole ? Number(fill.value.data[0] ?? 0) : Number.NaN, whole);
}
