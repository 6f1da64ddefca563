import { kernelShape, windowOf } from "#onnx/gradient-rules/window.ts";
import { NoRule, type Rule, type Site } from "#onnx/gradient-site.ts";
import { countFrom } from "#onnx/graph-writer.ts";
import { elementCount, elementTypes, intAttribute } from "#onnx/model.ts";

/** To the winner of each window, which the operator itself names (the first of equals). */
const maxPool: Rule = (s) => {
  const { w } = s;
  const { strides, dilations, before, after, kernel } = windowOf(s.node, s.dims().slice(2), kernelShape(s.node));
  const planes = elementCount(s.dims().slice(0, 2));
  const size = countFrom(s.dims(), 2);
  const winners = winnersOf(s, planes, size);
  const padded = [...before, ...after].some((pad) => pad > 0);
  const apart = strides.every((stride, i) => stride >= kernel[i]!) && dilations.every((step) => step === 1);
  if (apart && !padded && s.dims().length === 4) {
    const attributes = { kernel_shape: kernel, strides };
    return [w.op("MaxUnpool", [s.g(), winners, w.ints(s.dims())], attributes, s.dims())];
  }
  const starts = w.indices(
    [planes, 1],
    Array.from({ length: planes }, (_, i) => i * size),
  );
  const flat = [planes, countFrom(s.made(), 2)];
  const places = w.op("Sub", [w.reshape(winners, flat), starts]);
  const inputs = [w.zeros([planes, size]), places, w.reshape(s.g(), flat)];
  return [w.reshape(w.op("ScatterElements", inputs, { axis: 1, reduction: "add" }, [planes, size]), s.dims())];
};

/**
 * The operator's second output: flat indices over the whole tensor. A window of NaN alone has no winner and an index
 * before its plane, which may be its neighbour's: it is kept inside.
 */
function winnersOf(s: Site, planes: number, size: number): string {
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
  const starts = w.indices(
    dims,
    Array.from({ length: planes }, (_, i) => i * size),
  );
  return w.op("Max", [node.outputs[1], starts]);
}

export const poolRules: readonly (readonly [string, Rule])[] = [["MaxPool", maxPool]];
