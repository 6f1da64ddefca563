import { axisOf, type Expansion, type Site } from "#onnx/gradient-site.ts";
import type { Handling } from "#onnx/gradient-walk.ts";
import { sameDims } from "#onnx/graph-writer.ts";
import { elementCount, intAttribute, type Node } from "#onnx/model.ts";
import type { Surrogate } from "#onnx/surrogates.ts";

/** How sharply a soft choice prefers the best: in units of the mean distance from it. */
const sharp = 8;

/** Nodes that are looked at on the way back to what an index was made of. */
const reach = 16;

/** Operators that leave an index's value as it is. */
const carriers: ReadonlySet<string> = new Set("Identity Cast Unsqueeze Squeeze Reshape Flatten".split(" "));

/**
 * The distribution over 0..n-1 of an index that was chosen by ArgMax, ArgMin or TopK, possibly looked up in a table of
 * whole numbers since: [...sizes of the index, n]. Undefined where the index was made in another way.
 */
function distribution(s: Site, name: string, steps = reach): string | undefined {
  const { w } = s;
  const node = s.producer(name);
  if (!node || steps === 0) return undefined;
  if (carriers.has(node.op)) {
    const inner = distribution(s, node.inputs[0]!, steps - 1);
    return inner && w.reshape(inner, [...w.dims(name), w.dims(inner).at(-1)!]);
  }
  if (node.op === "Gather") return lookedUp(s, node, steps);
  if (node.op === "ArgMax" || node.op === "ArgMin") return chosen(s, node, node.op === "ArgMax" ? 1 : -1);
  if (node.op === "TopK" && name === node.outputs[1]) return chosen(s, node, intAttribute(node, "largest", 1) ? 1 : -1);
  return undefined;
}

/** Softmax of the scores along the axis that the operator chose from, that axis last and kept as 1 where it was. */
function chosen(s: Site, node: Node, sign: 1 | -1): string {
  const { w } = s;
  const scores = w.cast(node.inputs[0]!);
  const dims = w.dims(scores);
  const axis = axisOf(intAttribute(node, "axis", node.op === "TopK" ? -1 : 0), dims.length);
  const gap =
    sign === 1
      ? w.sub(w.reduce("ReduceMax", scores, [axis]), scores)
      : w.sub(scores, w.reduce("ReduceMin", scores, [axis]));
  const scaled = w.mul(-sharp, w.div(gap, w.add(w.mean(gap, [axis]), 1e-6)));
  const others = [...dims.keys()].filter((i) => i !== axis);
  const p = w.op("Softmax", [w.transpose(scaled, [...others, axis])], { axis: -1 });
  if (node.op === "TopK")
    return w.expand(w.reshape(p, [...dims.flatMap((size, i) => (i === axis ? [1] : [size])), dims[axis]!]), [
      ...w.dims(node.outputs[1]!),
      dims[axis]!,
    ]);
  const kept = intAttribute(node, "keepdims", 1) === 1;
  return w.reshape(p, [...dims.flatMap((size, i) => (i === axis ? (kept ? [1] : []) : [size])), dims[axis]!]);
}

/** Of an entry of a constant list of whole numbers. */
function lookedUp(s: Site, node: Node, steps: number): string | undefined {
  const { w } = s;
  const [table, index] = node.inputs as [string, string];
  const values = s.known(table);
  if (!values || w.dims(table).length !== 1 || values.some((v) => v < 0 || v > 4096)) return undefined;
  const p = distribution(s, index, steps - 1);
  if (!p) return undefined;
  const width = Math.max(...values) + 1;
  const hot = (i: number) => Number(values[Math.floor(i / width)] === i % width);
  return w.matmul(p, w.floats([values.length, width], hot));
}

/** The expected index. */
const argument: Expansion = (s) => {
  const p = distribution(s, s.node.outputs[0]!);
  if (!p) return [];
  const n = s.w.dims(p).at(-1)!;
  return [
    s.w.reshape(
      s.w.matmul(
        p,
        s.w.floats([n, 1], (i) => i),
      ),
      s.made(),
    ),
  ];
};

/** [a = b] for whole numbers: 1 at 0, less beside it. */
function bump(s: Site, difference: string): string {
  return s.w.op("Exp", [s.w.neg(s.w.mul(difference, difference))]);
}

const oneHot: Expansion = (s) => {
  const { w } = s;
  const dims = s.dims();
  const axis = axisOf(intAttribute(s.node, "axis", -1), dims.length + 1);
  const depth = s.made()[axis]!;
  const p = distribution(s, s.node.inputs[0]!);
  const hot = p && w.dims(p).at(-1)! >= depth ? w.slice(p, dims.length, 0, depth) : undefined;
  const column = () => w.reshape(s.x(), [...dims, 1]);
  const last =
    hot ??
    bump(
      s,
      w.sub(
        column(),
        w.floats([depth], (i) => i),
      ),
    );
  const order = [...dims.keys()];
  order.splice(axis, 0, dims.length);
  const placed = w.transpose(last, order);
  const range = s.values(2);
  if (!range || (range[0] === 0 && range[1] === 1)) return [placed];
  return [w.add(range[0]!, w.mul(placed, range[1]! - range[0]!))];
};

/** Index against the list 0, 1, ...: one-hot written out. Otherwise the numbers are compared. */
const equal: Expansion = (s) => {
  const { w } = s;
  for (const [index, list] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const values = s.values(list);
    const counted = values?.every((value, i) => value === i) && w.dims(s.node.inputs[list]!).at(-1) === values.length;
    const p = counted ? distribution(s, s.node.inputs[index]!) : undefined;
    if (!p || s.dims(index).at(-1) !== 1) continue;
    const dims = [...s.dims(index).slice(0, -1), w.dims(p).at(-1)!];
    if (sameDims(dims, s.made())) return [w.reshape(p, dims)];
  }
  return [bump(s, w.sub(s.x(0), s.x(1)))];
};

/** A tensor upstream of an index that has the shape of what is looked up by it: what a codebook stands for. */
function twin(s: Site, index: string): string | undefined {
  const queue = [index];
  for (let at = 0; at < queue.length && at < reach; at++)
    for (const name of s.producer(queue[at]!)?.inputs ?? []) {
      if (!s.active(name)) continue;
      if (sameDims(s.w.dims(name), s.made())) return name;
      queue.push(name);
    }
  return undefined;
}

/** An entry of a table becomes the mean over a soft choice; straight through, what the entry stands for. */
function lookUp(straight: boolean): Expansion {
  return (s) => {
    const { w } = s;
    const index = s.node.inputs[1]!;
    const same = straight ? twin(s, index) : undefined;
    if (same) return [same];
    const nested = s.node.op === "GatherND";
    const axis = nested ? 0 : axisOf(intAttribute(s.node, "axis", 0), s.dims().length);
    const p = distribution(s, index);
    if (!p || axis !== 0 || w.dims(p).at(-1) !== s.dims()[0]) return [];
    const [n, ...entry] = s.dims() as [number, ...number[]];
    const table = w.reshape(s.x(), [n, elementCount(entry)]);
    const places = nested ? w.dims(p).slice(0, -2) : w.dims(p).slice(0, -1);
    const rows = w.matmul(w.reshape(p, [elementCount([...places]), n]), table);
    return [w.expand(w.reshape(rows, [...places, ...entry]), s.made())];
  };
}

function softly(expand: Expansion, surrogate: string): Handling {
  return { kind: "expansion", expand, surrogate };
}

/** Looking up by an index that depends on the input; by another it is linear in the table and stays exact. */
const gather: Surrogate = (node, { active }, variant) => {
  if (!active(node.inputs[1]) || active(node.inputs[0])) return undefined;
  if (node.op === "GatherND" && intAttribute(node, "batch_dims", 0) !== 0) return undefined;
  return variant === "straight-through" ? softly(lookUp(true), "identity") : softly(lookUp(false), "soft choice");
};

/** Operators that choose and count. */
export const indexSurrogates: readonly (readonly [string, Surrogate])[] = [
  ["ArgMax", () => softly(argument, "soft choice")],
  ["ArgMin", () => softly(argument, "soft choice")],
  ["OneHot", () => softly(oneHot, "soft choice")],
  ["Equal", () => softly(equal, "soft choice")],
  ["Gather", gather],
  ["GatherND", gather],
];
