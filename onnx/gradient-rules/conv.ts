import { extent, groupOf, type Window, windowOf } from "#onnx/gradient-rules/window.ts";
import { NoRule, type Rule, type Site } from "#onnx/gradient-site.ts";
import { axesFrom, type GraphWriter } from "#onnx/graph-writer.ts";
import { elementCount, intsAttribute, stringAttribute } from "#onnx/model.ts";

/** Before -2^31, so before every axis's start: a slice backwards ends there. */
const start = -(2 ** 31);

const conv: Rule = (s) => {
  const window = windowOf(s.node, s.dims(0).slice(2), s.dims(1).slice(2));
  const input = window.strides.every((stride) => stride === 1) ? byConv(s, window) : byTransposed(s, window);
  const weights = () => kernelAdjoint(s, padded(s.w, s.x(0), window), s.g(), window);
  return [input, s.wants(1) ? weights() : undefined, s.wants(2) ? biasAdjoint(s) : undefined];
};

function padded(w: GraphWriter, image: string, { before, after }: Window): string {
  return w.pad(image, [0, 0, ...before], [0, 0, ...after]);
}

/** Cells of a kernel or block that are still written out one by one. */
const mostCells = 1024;

/** For each cell of a window, what of an image [N, C, ...] it meets: [N, C, ...counts], one place for each step. */
function met(w: GraphWriter, image: string, window: Window, counts: readonly number[]): string[] {
  const { kernel, strides, dilations } = window;
  if (elementCount(kernel) > mostCells) throw new NoRule("kernels so large");
  const dims = [...w.dims(image).slice(0, 2), ...counts];
  return Array.from({ length: elementCount(kernel) }, (_, cell) => {
    const at = placeIn(cell, kernel).map((offset, i) => offset * dilations[i]!);
    const ends = at.map((first, i) => first + (counts[i]! - 1) * strides[i]! + 1);
    const lists = [at, ends, axesFrom(2, dims.length), strides].map((list) => w.ints(list));
    return w.op("Slice", [image, ...lists], {}, dims);
  });
}

/** The indices of the n-th cell of a block. */
function placeIn(n: number, sizes: readonly number[]): number[] {
  let rest = n;
  return sizes
    .toReversed()
    .map((size) => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at;
    })
    .reverse();
}

/** Adjoint [M, C/group, ...kernel] of weights between an image [N, C, ...] and the steps' results [N, M, ...]. */
function kernelAdjoint(s: Site, image: string, steps: string, window: Window): string {
  const { w } = s;
  const group = groupOf(s.node);
  const [n, m, ...counts] = w.dims(steps) as [number, number, ...number[]];
  const c = w.dims(image)[1]! / group;
  const places = elementCount(counts);
  const rows = w.reshape(steps, [n, group, m / group, places]);
  const cells = met(w, image, window, counts).map((cell) => {
    const product = w.matmul(rows, w.swapped(w.reshape(cell, [n, group, c, places])));
    return w.reshape(w.sum(product, [0]), [m, c, 1]);
  });
  return w.reshape(w.concat(cells, 2), s.dims(1));
}

function biasAdjoint(s: Site): string {
  const rank = s.made().length;
  return s.w.reshape(s.w.sum(s.g(), [0, ...axesFrom(2, rank)]), [s.made()[1]!]);
}

/** At stride 1 the adjoint is a convolution too, with the kernel turned round and its channels changed over. */
function byConv(s: Site, window: Window): string {
  const { w } = s;
  const room = (pads: number[]) => pads.map((pad, i) => extent(window, i) - 1 - pad);
  const [before, after] = [room(window.before), room(window.after)];
  const cut = (pads: number[]) => [0, 0, ...pads.map((pad) => Math.min(pad, 0))];
  const g = w.pad(s.g(), cut(before), cut(after));
  const pads = [...before, ...after].map((pad) => Math.max(pad, 0));
  const attributes = { pads, dilations: window.dilations, group: groupOf(s.node), kernel_shape: window.kernel };
  return w.op("Conv", [g, turned(s, window)], attributes, s.dims(0));
}

/** [M, C/group, ...] to [C, M/group, ...], every spatial axis reversed; the runtime folds it. */
function turned(s: Site, { kernel }: Window): string {
  const { w } = s;
  const group = groupOf(s.node);
  const [m, c, ...sizes] = s.dims(1) as [number, number, ...number[]];
  const grouped = w.reshape(s.x(1), [group, m / group, c, ...sizes]);
  const changed = w.reshape(w.transpose(grouped, [0, 2, 1, ...axesFrom(3, sizes.length + 3)]), [
    group * c,
    m / group,
    ...sizes,
  ]);
  const axes = axesFrom(2, sizes.length + 2).filter((axis) => kernel[axis - 2]! > 1);
  if (axes.length === 0) return changed;
  const list = (value: number) => w.ints(axes.map(() => value));
  return w.op("Slice", [changed, list(-1), list(start), w.ints(axes), list(-1)], {}, w.dims(changed));
}

function byTransposed(s: Site, window: Window): string {
  const { before, after, strides, dilations, kernel } = window;
  // Cells at the end that no window reached.
  const rest = kernel.map((_, i) => {
    const covered = (s.made()[i + 2]! - 1) * strides[i]! + extent(window, i);
    return before[i]! + s.dims(0)[i + 2]! + after[i]! - covered;
  });
  const attributes = {
    strides,
    dilations,
    kernel_shape: kernel,
    group: groupOf(s.node),
    pads: [...before, ...after],
    output_padding: rest,
  };
  return s.w.op("ConvTranspose", [s.g(), s.x(1)], attributes, s.dims(0));
}

/** The adjoint of a transposed convolution is the convolution; cells that only padding of the output made drop out. */
const convTranspose: Rule = (s) => {
  const { w, node } = s;
  const kernel = s.dims(1).slice(2);
  const ones = kernel.map(() => 1);
  const strides = intsAttribute(node, "strides") ?? ones;
  const dilations = intsAttribute(node, "dilations") ?? ones;
  const sizes = kernel.map((_, i) => (s.dims()[i + 2]! - 1) * strides[i]! + extent({ kernel, dilations }, i));
  const [before, after] = cutOf(s, sizes);
  // Its output's cells from `before` on, as many as windows start in.
  const image = w.pad(s.g(), [0, 0, ...before], [0, 0, ...after]);
  const attributes = { strides, dilations, group: groupOf(node), kernel_shape: kernel };
  const window = { kernel: [...kernel], strides, dilations, before, after };
  return [
    w.op("Conv", [image, s.x(1)], attributes, s.dims(0)),
    s.wants(1) ? kernelAdjoint(s, image, s.x(0), window) : undefined,
    s.wants(2) ? biasAdjoint(s) : undefined,
  ];
};

/** Cells of the full result, [size] an axis, that were cut away before and after; negative where cells were added. */
function cutOf(s: Site, sizes: readonly number[]): [number[], number[]] {
  const { node } = s;
  const auto = stringAttribute(node, "auto_pad", "NOTSET");
  const derived = auto.startsWith("SAME") || intsAttribute(node, "output_shape") !== undefined;
  const pads = intsAttribute(node, "pads") ?? sizes.map(() => 0);
  const extra = intsAttribute(node, "output_padding") ?? sizes.map(() => 0);
  const before = sizes.map((size, i) => {
    if (!derived) return auto === "VALID" ? 0 : pads[i]!;
    const total = Math.max(size + extra[i]! - s.made()[i + 2]!, 0);
    return auto === "SAME_UPPER" ? Math.floor(total / 2) : Math.ceil(total / 2);
  });
  return [before, sizes.map((size, i) => size - before[i]! - s.made()[i + 2]!)];
}

/** Blocks [N, C cells, L] put together and summed: each block takes its cells back out of the image. */
const col2Im: Rule = (s) => {
  const { w, node } = s;
  const kernel = s.values(2);
  const sizes = s.made().slice(2);
  if (kernel?.length !== sizes.length) throw new NoRule("blocks of unknown size");
  const window = windowOf(node, sizes, kernel);
  const counts = sizes.map((size, i) => {
    const free = size + window.before[i]! + window.after[i]! - extent(window, i);
    return Math.floor(free / window.strides[i]!) + 1;
  });
  const cells = met(w, padded(w, s.g(), window), window, counts);
  const dims = [...s.made().slice(0, 2), 1, elementCount(counts)];
  const stacked = w.concat(
    cells.map((cell) => w.reshape(cell, dims)),
    2,
  );
  return [w.reshape(stacked, s.dims())];
};

export const convRules: readonly (readonly [string, Rule])[] = [
  ["Conv", conv],
  ["ConvTranspose", convTranspose],
  ["Col2Im", col2Im],
];
