import type { Random } from "#evaluator/corruptions/random.ts";

/** One image, values in [0, 1]. */
export interface Image {
  /** [channels, height, width]. */
  values: Float32Array;
  channels: number;
  height: number;
  width: number;
}

/** What turns an image into a corrupted one, of the same shape; values outside of [0, 1] are clipped by the caller. */
export type Corruption = (image: Image, random: Random) => Float32Array;

/** Sizes in pixels are MNIST-C's for images of 28 pixels a side; others get the same share of their own side. */
export function pixels(image: Image, of28: number): number {
  return (of28 * image.width) / 28;
}

/** A new image, each value from its channel and place. */
export function mapPixels(
  { channels, height, width }: Image,
  value: (channel: number, y: number, x: number) => number,
): Float32Array {
  const out = new Float32Array(channels * height * width);
  let at = 0;
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[at++] = value(c, y, x);
  return out;
}

/** The value at a place; outside lies the nearest pixel of the edge. */
export function clamped({ values, height, width }: Image, c: number, y: number, x: number): number {
  const row = Math.min(height - 1, Math.max(0, y));
  const column = Math.min(width - 1, Math.max(0, x));
  return values[(c * height + row) * width + column]!;
}

/** The value between pixels (bilinear); outside lies 0. */
export function sampled({ values, height, width }: Image, c: number, y: number, x: number): number {
  const pixel = (row: number, column: number) =>
    row < 0 || column < 0 || row >= height || column >= width ? 0 : values[(c * height + row) * width + column]!;
  const [y0, x0] = [Math.floor(y), Math.floor(x)];
  const [fy, fx] = [y - y0, x - x0];
  const top = pixel(y0, x0) * (1 - fx) + pixel(y0, x0 + 1) * fx;
  const bottom = pixel(y0 + 1, x0) * (1 - fx) + pixel(y0 + 1, x0 + 1) * fx;
  return top * (1 - fy) + bottom * fy;
}
