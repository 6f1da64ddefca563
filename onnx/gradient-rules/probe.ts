import { padsOf } from "#onnx/gradient-rules/move.ts";
import { kernelShape } from "#onnx/gradient-rules/window.ts";
import { NoRule, type Rule, type Site } from "#onnx/gradient-site.ts";
import { type Given, type GraphWriter, sameDims } from "#onnx/graph-writer.ts";
import { elementCount, elementTypes, intAttribute, intsAttribute, stringAttribute } from "#onnx/model.ts";
import { tensorOf } from "#onnx/values.ts";

// An operator that is linear along each axis apart is its own derivative: run on an identity matrix it puts out the
// matrix by which it multiplies, with all its rounding and border rules. The runtime folds that run into a constant.

/** Elements of one matrix; a longer axis has no rule. */
const largest = 4 * 2 ** 20;

/** The identity matrix of a size, as [n, n]. */
export function identity(w: GraphWriter, size: number): string {
  if (size * size > largest) throw new NoRule(`an axis of ${size}`);
  return w.once(`identity ${size}`, () => {
    const values = new Float32Array(size * size);
    for (let i = 0; i < size; i++) values[i * size + i] = 1;
    return tensorOf(elementTypes.float32, [size, size], values);
  });
}

/** Multiplies an adjoint along one axis of size `out` by a matrix [in, out]. */
export function contracted(w: GraphWriter, g: string, axis: number, matrix: string): string {
  const dims = w.dims(g);
  const [size] = w.dims(matrix) as [number, number];
  const [before, after] = [elementCount(dims.slice(0, axis)), elementCount(dims.slice(axis + 1))];
  const product =
    after === 1
      ? w.matmul(w.reshape(g, [before, dims[axis]!]), w.swapped(matrix))
      : w.matmul(matrix, w.reshape(g, [before, dims[axis]!, after]));
  return w.reshape(
    product,
    dims.map((n, i) => (i === axis ? size : n)),
  );
}

/** Applies the matrices of some axes one after the other. */
function separably(s: Site, axes: readonly number[], matrix: (axis: number) => string): (string | undefined)[] {
  let adjoint = s.g();
  for (const axis of axes.toReversed()) adjoint = contracted(s.w, adjoint, axis, matrix(axis));
  return [adjoint];
}

const spatial = (s: Site) => [...s.dims().keys()].slice(2);

export const averagePool: Rule = (s) =>
  separably(s, spatial(s), (axis) => {
    const { w, node } = s;
    const [size, made] = [s.dims()[axis]!, s.made()[axis]!];
    const place = axis - 2;
    const kernel = kernelShape(node);
    const attributes: Record<string, Given> = { kernel_shape: [kernel[place]!] };
    for (const name of ["strides", "dilations"]) {
      const list = intsAttribute(node, name);
      if (list) attributes[name] = [list[place]!];
    }
    const pads = intsAttribute(node, "pads");
    if (pads) attributes.pads = [pads[place]!, pads[place + kernel.length]!];
    for (const name of ["ceil_mode", "count_include_pad"]) {
      const flag = intAttribute(node, name, 0);
      if (flag) attributes[name] = flag;
    }
    const automatic = stringAttribute(node, "auto_pad", "");
    if (automatic) attributes.auto_pad = automatic;
    const rows = w.reshape(identity(w, size), [size, 1, size]);
    return w.reshape(w.op("AveragePool", [rows], attributes, [size, 1, made]), [size, made]);
  });

/** Reflecting, repeating and wrapping borders; zeros are a cut. */
export const pad: Rule = (s) => {
  const { w, node } = s;
  const { before, after } = padsOf(s);
  const mode = stringAttribute(node, "mode", "constant");
  const negative = (list: number[]) => list.map((n) => -n);
  if (mode === "constant") return [w.pad(s.g(), negative(before), negative(after))];
  const axes = [...before.keys()].filter((axis) => before[axis] !== 0 || after[axis] !== 0);
  return separably(s, axes, (axis) => {
    const [size, made] = [s.dims()[axis]!, s.made()[axis]!];
    const pads = w.ints([0, before[axis]!, 0, after[axis]!]);
    return w.op("Pad", [identity(w, size), pads], { mode }, [size, made]);
  });
};

export const resize: Rule = (s) => {
  const { w, node } = s;
  if (stringAttribute(node, "coordinate_transformation_mode", "half_pixel") === "tf_crop_and_resize")
    throw new NoRule("crops");
  if (stringAttribute(node, "keep_aspect_ratio_policy", "stretch") !== "stretch") throw new NoRule("aspect ratio");
  const listed = intsAttribute(node, "axes") ?? [...s.dims().keys()];
  const scales = s.has(2) ? s.values(2) : undefined;
  const scaled = scales && scales.length > 0 ? scales : undefined;
  const attributes = new Map(
    [...node.attributes].filter(([name]) => name !== "axes" && name !== "extrapolation_value"),
  );
  const scaleOf = (axis: number) =>
    scaled?.[listed.findIndex((given) => (given + s.dims().length) % s.dims().length === axis)] ?? 1;
  const all = sameDims(s.made(), s.dims()) ? [] : [...s.dims().keys()];
  const axes = all.filter((axis) => s.made()[axis] !== s.dims()[axis] || scaleOf(axis) !== 1);
  return separably(s, axes, (axis) => {
    const [size, made] = [s.dims()[axis]!, s.made()[axis]!];
    // Two columns, of which one is taken: where no size changes at all the runtime copies, whatever the scales.
    const to = scaled
      ? ["", w.constant(tensorOf(1, [4], Float32Array.of(1, 1, scaleOf(axis), 2)))]
      : ["", "", w.ints([size, 1, made, 2])];
    const rows = w.reshape(identity(w, size), [size, 1, size, 1]);
    const output = w.fresh();
    w.push({ name: "", domain: "", op: "Resize", inputs: [rows, ...to], outputs: [output], attributes });
    w.known.set(output, { dims: [size, 1, made, 2], type: 1 });
    return w.reshape(w.slice(output, 3, 0, 1), [size, made]);
  });
};

/** Every operator here, by name. */
export const probedRules: readonly (readonly [string, Rule])[] = [
  ["AveragePool", averagePool],
  ["Pad", pad],
  ["Resize", resize],
];

/** A matrix [in, out] that takes `indices` out of an axis. */
export function selection(w: GraphWriter, size: number, indices: readonly number[]): string {
  if (size * indices.length > largest) throw new NoRule(`an axis of ${size}`);
  const values = new Float32Array(size * indices.length);
  for (const [i, index] of indices.entries()) values[(index < 0 ? index + size : index) * indices.length + i] = 1;
  return w.floats([size, indices.length], values);
}
