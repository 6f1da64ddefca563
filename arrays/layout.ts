/** A way to lay out one batch of examples, `shape` being one example as its challenge declares it. */
export interface Layout {
  name: "as declared" | "channels last" | "without the channel axis" | "flat";
  /** Sizes of one example in this layout. */
  sizes: number[];
}

/**
 * The layouts that a batch of examples of `shape` may come in, the declared one first. Whatever matches first is meant:
 * where two have the same sizes, a file is read as the challenge declares.
 */
export function layoutsOf(shape: readonly number[]): Layout[] {
  const flat: Layout = { name: "flat", sizes: [shape.reduce((product, size) => product * size, 1)] };
  const declared: Layout = { name: "as declared", sizes: [...shape] };
  const [channels, height, width] = shape;
  if (shape.length !== 3) return [declared, flat];
  const last: Layout = { name: "channels last", sizes: [height!, width!, channels!] };
  const gray: Layout[] = channels === 1 ? [{ name: "without the channel axis", sizes: [height!, width!] }] : [];
  return [declared, last, ...gray, flat];
}

/** The layout of an array of `sizes` ([rows, ...one example]), or undefined where none fits. */
export function findLayout(sizes: readonly number[], shape: readonly number[]): Layout | undefined {
  const one = sizes.slice(1).join();
  return sizes.length > 1 ? layoutsOf(shape).find((layout) => layout.sizes.join() === one) : undefined;
}

/** Moves the channels of [rows, H, W, C] first: a new array of [rows, C, H, W]. `shape` is [C, H, W]. */
export function channelsFirst(x: Float32Array, shape: readonly number[]): Float32Array<ArrayBuffer> {
  const [channels, height, width] = shape as [number, number, number];
  const pixels = height * width;
  const out = new Float32Array(x.length);
  for (let start = 0; start < x.length; start += channels * pixels) {
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < pixels; p++) out[start + c * pixels + p] = x[start + p * channels + c]!;
    }
  }
  return out;
}
