import type { Node } from "#onnx/model.ts";

/** Operands that give sizes, axes, offsets and the like, by operator and place. */
export const sizeOperands: ReadonlyMap<string, readonly number[]> = new Map(
  Object.entries({
    Reshape: [1],
    Expand: [1],
    Slice: [1, 2, 3, 4],
    Pad: [1, 3],
    Resize: [1, 2, 3],
    Upsample: [1],
    Tile: [1],
    TopK: [1],
    ConstantOfShape: [0],
    Range: [0, 1, 2],
    Squeeze: [1],
    Unsqueeze: [1],
    Split: [1],
    OneHot: [1],
    CenterCropPad: [1],
    Trilu: [1],
    Col2Im: [1, 2],
    AffineGrid: [1],
    MaxUnpool: [2],
  }),
);

const sizedByData: ReadonlySet<string> = new Set(["NonZero", "Unique", "Compress"]);

/** Tensors whose elements depend on the elements of `sources`; a shape that does not change with them is no path. */
export function dependents(nodes: readonly Node[], sources: readonly string[]): Set<string> {
  const elements = new Set(sources);
  const sizes = new Set<string>();
  for (const node of nodes) {
    const reads = (among: ReadonlySet<string>) => node.inputs.some((name) => among.has(name));
    const sizing = sizeOperands.get(node.op) ?? [];
    const resized =
      reads(sizes) ||
      sizing.some((place) => elements.has(node.inputs[place] ?? "")) ||
      (sizedByData.has(node.op) && reads(elements));
    const changed = node.op === "Shape" || node.op === "Size" ? reads(sizes) : reads(elements) || resized;
    for (const name of node.outputs) {
      if (resized) sizes.add(name);
      if (changed) elements.add(name);
    }
  }
  return elements;
}
