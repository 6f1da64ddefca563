import { type Given, type GraphWriter, given } from "#onnx/graph-writer.ts";
import {
  elementCount,
  elementTypes,
  floatAttribute,
  intAttribute,
  intsAttribute,
  type Node,
  stringAttribute,
} from "#onnx/model.ts";
import { tensorOf } from "#onnx/values.ts";

/** Writes nodes with the same outputs, by name, as the given node of an older opset. */
export type Rewrite = (node: Node, w: GraphWriter, values: (name: string) => readonly number[] | undefined) => void;

/** The node without some attributes, with others added, and with its inputs replaced. */
function pushed(w: GraphWriter, node: Node, without: string[], inputs: string[], added: Record<string, Given> = {}) {
  const kept = [...node.attributes].filter(([name]) => !without.includes(name));
  w.push({ ...node, inputs, attributes: new Map([...kept, ...given(added)]) });
}

/** Gives `from` the name of an output. */
export function named(w: GraphWriter, from: string, to: string): void {
  w.push({ name: "", domain: "", op: "Identity", inputs: [from], outputs: [to], attributes: new Map() });
}

/** An attribute that later became the operand at `place`, its last. */
function listOperand(attribute: string): Rewrite {
  return (node, w) => {
    const list = intsAttribute(node, attribute);
    pushed(w, node, [attribute], list ? [node.inputs[0]!, w.ints(list)] : node.inputs);
  };
}

/** Before 13 the softmax family saw its operand as a matrix: all axes from `axis` on are one. */
const softmax: Rewrite = (node, w) => {
  const x = node.inputs[0]!;
  const dims = w.dims(x);
  const given = intAttribute(node, "axis", 1);
  const axis = given < 0 ? given + dims.length : given;
  if (axis === dims.length - 1) return pushed(w, node, [], node.inputs, { axis: -1 });
  const rows = elementCount(dims.slice(0, axis));
  const flat = w.reshape(x, [rows, elementCount(dims.slice(axis))]);
  named(w, w.reshape(w.op(node.op, [flat], { axis: -1 }, w.dims(flat), w.type(x)), dims), node.outputs[0]!);
};

const split: Rewrite = (node, w) => {
  if (node.inputs[1]) return w.push(node);
  const given = intAttribute(node, "axis", 0);
  const axis = given < 0 ? given + w.dims(node.inputs[0]!).length : given;
  const sizes = intsAttribute(node, "split") ?? node.outputs.map((name) => w.dims(name)[axis]!);
  pushed(w, node, ["split"], [node.inputs[0]!, w.ints(sizes)]);
};

const clip: Rewrite = (node, w) => {
  const type = w.type(node.inputs[0]!);
  const bound = (name: string, infinite: number) => {
    const value = floatAttribute(node, name, infinite);
    return Number.isFinite(value) ? w.cast(w.scalar(value), type) : "";
  };
  const [low, high] = [bound("min", Number.NEGATIVE_INFINITY), bound("max", Number.POSITIVE_INFINITY)];
  pushed(w, node, ["min", "max"], [node.inputs[0]!, low, high]);
};

const pad: Rewrite = (node, w) => {
  const value = w.cast(w.scalar(floatAttribute(node, "value", 0)), w.type(node.inputs[0]!));
  pushed(w, node, ["pads", "value"], [node.inputs[0]!, w.ints(intsAttribute(node, "pads") ?? []), value]);
};

const slice: Rewrite = (node, w) => {
  const starts = intsAttribute(node, "starts") ?? [];
  const lists = [starts, intsAttribute(node, "ends") ?? [], intsAttribute(node, "axes") ?? [...starts.keys()]];
  pushed(w, node, ["starts", "ends", "axes"], [node.inputs[0]!, ...lists.map((list) => w.ints(list))]);
};

const topK: Rewrite = (node, w) => pushed(w, node, ["k"], [node.inputs[0]!, w.ints([intAttribute(node, "k", 1)])]);

/** Outside training: the identity, with a mask that keeps everything. */
const dropout: Rewrite = (node, w) => {
  const [y, mask] = node.outputs as [string, string?];
  named(w, node.inputs[0]!, y);
  if (!mask) return;
  const { dims, type } = w.known.get(mask) ?? { dims: w.dims(node.inputs[0]!), type: 9 };
  named(w, w.cast(w.op("ConstantOfShape", [w.ints(dims)], {}, dims, 1), type), mask);
};

/**
 * Upsample, and Resize before 11: sizes by scales alone, from the corner of each pixel. The runtime takes the nearest
 * pixel rounded down where an axis grows and rounded up where it shrinks: two nodes, where there are both.
 */
const resize: Rewrite = (node, w, values) => {
  const [x, operand = ""] = node.inputs as [string, string?];
  const attribute = node.attributes.get("scales");
  const scales = attribute?.kind === "F" ? [...attribute.value] : values(operand);
  const mode = stringAttribute(node, "mode", "nearest").replace("bilinear", "linear");
  const resized = (from: string, list: readonly number[], nearest_mode: string, to: string) => {
    const by = w.constant(tensorOf(elementTypes.float32, [list.length], Float32Array.from(list)));
    const attributes = given({ mode, coordinate_transformation_mode: "asymmetric", nearest_mode });
    w.push({ ...node, op: "Resize", inputs: [from, "", by], outputs: [to], attributes });
  };
  if (!scales) throw new Error("a Resize by scales that are not constant");
  const smaller = scales.map((scale) => Math.min(scale, 1));
  const larger = scales.map((scale) => Math.max(scale, 1));
  const y = node.outputs[0]!;
  if (larger.every((scale) => scale === 1)) return resized(x, smaller, "ceil", y);
  if (mode !== "nearest" || smaller.every((scale) => scale === 1)) return resized(x, scales, "floor", y);
  const between = w.fresh();
  w.known.set(between, { dims: w.dims(x).map((size, i) => Math.floor(size * smaller[i]!)), type: w.type(x) });
  resized(x, smaller, "ceil", between);
  resized(between, larger, "floor", y);
};

const batchNormalization: Rewrite = (node, w) => pushed(w, node, ["spatial"], node.inputs);

const scatter: Rewrite = (node, w) => pushed(w, { ...node, op: "ScatterElements" }, [], node.inputs);

const roiAlign: Rewrite = (node, w) =>
  pushed(w, node, [], node.inputs, { coordinate_transformation_mode: "output_half_pixel" });

/** What changed its form or meaning on the way to opset 18; `below` is the first opset that has the new one. */
export const upgrades: readonly { op: string; below: number; rewrite: Rewrite }[] = [
  ...["Softmax", "LogSoftmax", "Hardmax"].map((op) => ({ op, below: 13, rewrite: softmax })),
  ...["Squeeze", "Unsqueeze", "ReduceSum"].map((op) => ({ op, below: 13, rewrite: listOperand("axes") })),
  ...["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare"].map((kind) => ({
    op: `Reduce${kind}`,
    below: 18,
    rewrite: listOperand("axes"),
  })),
  { op: "Split", below: 18, rewrite: split },
  { op: "Clip", below: 11, rewrite: clip },
  { op: "Pad", below: 11, rewrite: pad },
  { op: "Slice", below: 10, rewrite: slice },
  { op: "TopK", below: 10, rewrite: topK },
  { op: "Dropout", below: 27, rewrite: dropout },
  { op: "Upsample", below: 10, rewrite: resize },
  { op: "Resize", below: 11, rewrite: resize },
  { op: "BatchNormalization", below: 9, rewrite: batchNormalization },
  { op: "Scatter", below: 11, rewrite: scatter },
  { op: "RoiAlign", below: 16, rewrite: roiAlign },
];
