import { kernelShape, windowOf } from "#onnx/gradient-rules/window.ts";
import { type Expansion, NoRule, type Rule, type Site } from "#onnx/gradient-site.ts";
import { countFrom } from "#onnx/graph-writer.ts";
import { elementCount, elementTypes, intAttribute, intsAttribute } from "#onnx/model.ts";

/** To the winner of each window, which the operator itself names (the first of equals). */
const maxPool: Rule = (s) => {
  const { w } = s;
  const { strides, dilations, before, after, kernel } = windowOf(s.node, s.dims().slice(2), kernelShape(s.node));
  const planes = elementCount(s.dims().slice(0, 2));
  const size = countFrom(s.dims(), 2);
  const winners = winnersOf(s, size);
  const padded = [...before, ...after].some((pad) => pad > 0);
  const apart = strides.every((stride, i) => stride >= kernel[i]!) && dilations.every((step) => step === 1);
  const inside = kernel.every((size, i) => (s.made()[i + 2]! - 1) * strides[i]! + size <= s.dims()[i + 2]!);
  if (apart && !padded && inside && s.dims().length === 4) {
    const attributes = { kernel_shape: kernel, strides };
    return [w.op("MaxUnpool", [s.g(), winners, w.ints(s.dims())], attributes, s.dims())];
  }
  const starts = w.indices([planes, 1], (i) => i * size);
  const flat = [planes, countFrom(s.made(), 2)];
  const places = w.op("Sub", [w.reshape(winners, flat), starts]);
  const inputs = [w.zeros([planes, size]), places, w.reshape(s.g(), flat)];
  return [w.reshape(w.op("ScatterElements", inputs, { axis: 1, reduction: "add" }, [planes, size]), s.dims())];
};

/**
 * The operator's second output: flat indices over the whole tensor. A window of NaN alone has no winner and an index
 * before its plane, which may be its neighbour's: it is kept inside.
 */
function winnersOf(s: Site, size: number): string {
  const { node, w } = s;
  if (intAttribute(node, "storage_order", 0) !== 0) {
    if (node.outputs[1]) throw new NoRule("column-major indices");
    node.attributes.delete("storage_order");
  }
  if (!node.outputs[1]) {
    node.outputs[1] = w.fresh();
    w.known.set(node.outputs[1], { dims: s.made(), type: elementTypes.int64 });
  }
  const dims = [...s.dims().slice(0, 2), ...s.dims().slice(2).fill(1)];
  const starts = w.indices(dims, (i) => i * size);
  return w.op("Max", [node.outputs[1], starts]);
}

/** (sum of |x|^p over the window)^(1/p); the sum is an average that counts padding, times the window's cells. */
const lpPool: Expansion = (s) => {
  const { node, w } = s;
  const p = intAttribute(node, "p", 2);
  const kernel = kernelShape(node);
  // Average pools have dilations from opset 19 on only, and count cells past the padding in ways of their own.
  const plain = (intsAttribute(node, "dilations") ?? []).every((step) => step === 1);
  if (!plain || intAttribute(node, "ceil_mode", 0) !== 0) throw new NoRule("dilations or partial windows");
  const attributes = new Map([...node.attributes].filter(([name]) => name !== "p" && name !== "dilations"));
  attributes.set("count_include_pad", { kind: "i", value: 1n });
  const powers = w.op("Pow", [w.op("Abs", [s.x()]), p]);
  const mean = w.fresh();
  w.push({ name: "", domain: "", op: "AveragePool", inputs: [powers], outputs: [mean], attributes });
  w.known.set(mean, { dims: s.made(), type: elementTypes.float32 });
  return [w.op("Pow", [w.mul(mean, elementCount(kernel)), 1 / p])];
};

const globalLpPool: Expansion = (s) => {
  const { w } = s;
  const p = intAttribute(s.node, "p", 2);
  const axes = [...s.dims().keys()].slice(2);
  return [w.op("Pow", [w.sum(w.op("Pow", [w.op("Abs", [s.x()]), p]), axes), 1 / p])];
};

export const poolExpansions: readonly (readonly [string, Expansion])[] = [
  ["LpPool", lpPool],
  ["GlobalLpPool", globalLpPool],
];

export const poolRules: readonly (readonly [string, Rule])[] = [["MaxPool", maxPool]];
