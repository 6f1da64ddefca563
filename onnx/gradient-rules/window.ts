import { intAttribute, intsAttribute, type Node, stringAttribute } from "#onnx/model.ts";

/** A sliding window over the axes after [N, C], every list with one entry an axis. */
export interface Window {
  kernel: number[];
  strides: number[];
  dilations: number[];
  /** Cells of padding before and after each axis, automatic padding worked out. */
  before: number[];
  after: number[];
}

/** The window of a Conv or pool over `sizes`, with the kernel's own sizes. */
export function windowOf(node: Node, sizes: readonly number[], kernel: readonly number[]): Window {
  const ones = sizes.map(() => 1);
  const strides = intsAttribute(node, "strides") ?? ones;
  const dilations = intsAttribute(node, "dilations") ?? ones;
  const pads = intsAttribute(node, "pads") ?? [...ones, ...ones].fill(0);
  const auto = stringAttribute(node, "auto_pad", "NOTSET");
  const window = { kernel: [...kernel], strides, dilations };
  if (auto === "NOTSET")
    return { ...window, before: pads.slice(0, sizes.length), after: pads.slice(sizes.length, 2 * sizes.length) };
  const totals = sizes.map((size, i) =>
    auto === "VALID" ? 0 : Math.max((Math.ceil(size / strides[i]!) - 1) * strides[i]! + extent(window, i) - size, 0),
  );
  const first = totals.map((total) => (auto === "SAME_LOWER" ? Math.ceil(total / 2) : Math.floor(total / 2)));
  return { ...window, before: first, after: totals.map((total, i) => total - first[i]!) };
}

/** Cells from a window's first to its last, both counted. */
export function extent({ kernel, dilations }: Pick<Window, "kernel" | "dilations">, axis: number): number {
  return (kernel[axis]! - 1) * dilations[axis]! + 1;
}

export function kernelShape(node: Node): number[] {
  return intsAttribute(node, "kernel_shape") ?? [];
}

export function groupOf(node: Node): number {
  return intAttribute(node, "group", 1);
}
