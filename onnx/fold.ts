import { elementCount, elementTypes, intAttribute, type Node } from "#onnx/model.ts";

/** A small constant or a number computed from shapes: what operands such as "reshape to" are made of. */
export interface SmallValue {
  dims: number[];
  values: number[];
  /** Whether the elements are whole numbers by type, so that division truncates. */
  whole: boolean;
}

/** Elements that a value may have to be followed. */
export const foldLimit = 64;

/**
 * The first output of a node whose operands are known small values; undefined where it is not one of the operators
 * that exporters compute shapes with. `shapes` holds the operands' shapes, as Shape and Size need no values.
 */
export function fold(
  node: Node,
  operands: (SmallValue | undefined)[],
  shapes: (number[] | undefined)[],
): SmallValue | undefined {
  if (node.op === "Shape") return shapes[0] && shapeValue(node, shapes[0]);
  if (node.op === "Size") return shapes[0] && scalar(elementCount(shapes[0]));
  const known = operands.filter((operand) => operand !== undefined);
  if (known.length < operands.length || known.length === 0) return undefined;
  const folded = folders.get(node.op)?.(known, node);
  return folded && folded.values.length <= foldLimit && folded.values.every(Number.isFinite) ? folded : undefined;
}

type Folder = (operands: SmallValue[], node: Node) => SmallValue | undefined;

function shapeValue(node: Node, shape: number[]): SmallValue {
  return vector(shape.slice(intAttribute(node, "start", 0), intAttribute(node, "end", shape.length)));
}

function vector(values: number[], whole = true): SmallValue {
  return { dims: [values.length], values, whole };
}

function scalar(value: number, whole = true): SmallValue {
  return { dims: [], values: [value], whole };
}

/** Shapes of rank above 1 are followed as flat lists: what uses them afterwards only reads the elements. */
const flat: Folder = ([x]) => vector(x!.values, x!.whole);

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

const slice: Folder = ([data, starts, ends, , steps]) => {
  if (data!.dims.length !== 1 || !starts || !ends || (steps && steps.values[0] !== 1)) return undefined;
  return vector(data!.values.slice(starts.values[0], ends.values[0]), data!.whole);
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

const divide: Folder = (operands, node) =>
  elementwise((a, b) => (operands[0]!.whole ? Math.trunc(a / b) : a / b))(operands, node);

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
  ["ConstantOfShape", ([to], node) => expand([constantFill(node), to!], node)],
  ["Div", divide],
  ...["Unsqueeze", "Squeeze", "Reshape", "Flatten"].map((op): [string, Folder] => [op, flat]),
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
