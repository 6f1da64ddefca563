import { elementCount, intAttribute, intsAttribute } from "#onnx/model.ts";
import { broadcast, fromStart, operand, type Rule } from "#onnx/shape-rule.ts";

const flatten: Rule = ({ node, shapes: [x] }) => {
  if (!x) return [];
  const axis = fromStart(intAttribute(node, "axis", 1), x.length);
  return [[elementCount(x.slice(0, axis)), elementCount(x.slice(axis))]];
};

const reshape: Rule = ({ node, shapes: [x], values }) => {
  const to = values[1]?.values;
  if (!x || !to) return [];
  const copyZero = intAttribute(node, "allowzero", 0) === 0;
  const sizes = to.map((size, i) => (size === 0 && copyZero ? (x[i] ?? 0) : size));
  const rest = elementCount(x) / elementCount(sizes.filter((size) => size !== -1));
  return [sizes.map((size) => (size === -1 ? rest : size))];
};

const transpose: Rule = ({ node, shapes: [x] }) => [
  x && (intsAttribute(node, "perm") ?? [...x.keys()].reverse()).map((axis) => x[axis] ?? -1),
];

const squeeze: Rule = (known) => {
  const [x] = known.shapes;
  const axes = operand(known, "axes", 1)?.map((axis) => fromStart(axis, x?.length ?? 0));
  if (!x || (!axes && known.node.inputs[1])) return [];
  return [x.filter((size, i) => (axes ? !axes.includes(i) : size !== 1))];
};

const unsqueeze: Rule = (known) => {
  const [x] = known.shapes;
  const axes = operand(known, "axes", 1);
  if (!x || !axes) return [];
  const rank = x.length + axes.length;
  const rest = x.values();
  const added = new Set(axes.map((axis) => fromStart(axis, rank)));
  return [Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : (rest.next().value ?? -1)))];
};

const concat: Rule = ({ node, shapes }) => {
  const [first] = shapes;
  if (!first || shapes.some((shape) => shape?.length !== first.length)) return [];
  const axis = fromStart(intAttribute(node, "axis", 0), first.length);
  return [first.map((size, i) => (i === axis ? shapes.reduce((sum, shape) => sum + shape![axis]!, 0) : size))];
};

const split: Rule = (known) => {
  const [x] = known.shapes;
  const { node } = known;
  if (!x || (node.inputs[1] && !known.values[1])) return [];
  const axis = fromStart(intAttribute(node, "axis", 0), x.length);
  const even = Math.ceil((x[axis] ?? 0) / node.outputs.length);
  const parts = operand(known, "split", 1) ?? node.outputs.map((_, i) => Math.min(even, (x[axis] ?? 0) - i * even));
  return parts.slice(0, node.outputs.length).map((part) => x.map((size, i) => (i === axis ? part : size)));
};

const slice: Rule = (known) => {
  const [x] = known.shapes;
  const [starts, ends] = [operand(known, "starts", 1), operand(known, "ends", 2)];
  if (!x || !starts || !ends || (known.node.inputs[3] && !known.values[3])) return [];
  const axes = operand(known, "axes", 3) ?? [...starts.keys()];
  const steps = known.node.inputs[4] ? known.values[4]?.values : starts.map(() => 1);
  if (!steps) return [];
  const out = [...x];
  for (const [i, start] of starts.entries()) {
    const axis = fromStart(axes[i] ?? -1, x.length);
    out[axis] = sliceLength(x[axis] ?? 0, start, ends[i] ?? 0, steps[i] ?? 1);
  }
  return [out];
};

function sliceLength(size: number, start: number, end: number, step: number): number {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const bounded = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, low), high);
  return Math.max(0, Math.ceil((bounded(end) - bounded(start)) / step));
}

const gather: Rule = ({ node, shapes: [x, index] }) => {
  if (!x || !index) return [];
  const axis = fromStart(intAttribute(node, "axis", 0), x.length);
  return [[...x.slice(0, axis), ...index, ...x.slice(axis + 1)]];
};

const gatherNd: Rule = ({ node, shapes: [x, index] }) => {
  if (!x || !index) return [];
  const batch = intAttribute(node, "batch_dims", 0);
  return [[...index.slice(0, -1), ...x.slice(batch + (index.at(-1) ?? 0))]];
};

const expand: Rule = ({ shapes: [x], values }) => [broadcast([x, values[1]?.values])];
const tile: Rule = ({ shapes: [x], values }) => {
  const repeats = values[1]?.values;
  return [repeats && x?.map((size, i) => size * (repeats[i] ?? -1))];
};

const pad: Rule = (known) => {
  const [x] = known.shapes;
  const pads = operand(known, "pads", 1);
  if (!x || !pads || (known.node.inputs[3] && !known.values[3])) return [];
  const axes = known.values[3]?.values ?? [...x.keys()];
  const out = [...x];
  for (const [i, given] of axes.entries()) {
    const axis = fromStart(given, x.length);
    out[axis] = (out[axis] ?? -1) + (pads[i] ?? 0) + (pads[i + axes.length] ?? 0);
  }
  return [out];
};

const resize: Rule = ({ node, opset, shapes: [x], values }) => {
  const sizes = node.op === "Resize" && opset >= 11 && node.inputs[3] ? values[3] : undefined;
  if (!x || intsAttribute(node, "axes")) return [];
  if (sizes) return [sizes.values.length === x.length ? sizes.values : undefined];
  const attribute = node.attributes.get("scales");
  const scales =
    attribute?.kind === "F" ? [...attribute.value] : values[node.op === "Resize" && opset >= 11 ? 2 : 1]?.values;
  return [scales?.length === x.length ? x.map((size, i) => Math.floor(size * scales[i]!)) : undefined];
};

const topK: Rule = ({ node, shapes: [x], values }) => {
  const k = intAttribute(node, "k", values[1]?.values[0] ?? -1);
  const axis = fromStart(intAttribute(node, "axis", -1), x?.length ?? 0);
  const out = x?.map((size, i) => (i === axis ? k : size));
  return [out, out];
};

const oneHot: Rule = ({ node, shapes: [x], values }) => {
  const depth = values[1]?.values[0];
  if (!x || depth === undefined) return [];
  const axis = fromStart(intAttribute(node, "axis", -1), x.length + 1);
  return [[...x.slice(0, axis), depth, ...x.slice(axis)]];
};

/** Operators that move, repeat or leave out elements. */
export const moveRules: [string, Rule][] = [
  ["Flatten", flatten],
  ["Reshape", reshape],
  ["Transpose", transpose],
  ["Squeeze", squeeze],
  ["Unsqueeze", unsqueeze],
  ["Concat", concat],
  ["Split", split],
  ["Slice", slice],
  ["Gather", gather],
  ["GatherND", gatherNd],
  ["Expand", expand],
  ["Tile", tile],
  ["Pad", pad],
  ["TopK", topK],
  ["OneHot", oneHot],
  ["Resize", resize],
  ["Upsample", resize],
];
