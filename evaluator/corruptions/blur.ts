import { type Corruption, clamped, type Image, mapPixels, pixels } from "#evaluator/corruptions/image.ts";

/** Gaussian blur, truncated at four deviations, edges replicated. */
export function gaussianBlur(image: Image, sigma: number): Float32Array {
  const reach = Math.ceil(4 * sigma);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
  const total = kernel.reduce((a, b) => a + b, 0);
  const along = (from: Image, dy: number, dx: number): Image => ({
    ...from,
    values: mapPixels(from, (c, y, x) =>
      kernel.reduce(
        (sum, weight, i) => sum + (weight / total) * clamped(from, c, y + dy * (i - reach), x + dx * (i - reach)),
        0,
      ),
    ),
  });
  return along(along(image, 1, 0), 0, 1).values;
}

/** Glass: blurred, neighbours within `reach` pixels swapped by coin flips `times` over, blurred again. */
export const glassBlur =
  (sigma: number, reach: number, times: number): Corruption =>
  (image, random) => {
    const { channels, height, width } = image;
    const values = gaussianBlur(image, sigma);
    const at = (c: number, y: number, x: number) => (c * height + y) * width + x;
    for (let time = 0; time < times; time++)
      for (let y = height - reach - 1; y >= reach; y--)
        for (let x = width - reach - 1; x >= reach; x--) {
          if (random.below(2) === 0) continue;
          const other = [y + random.below(2 * reach) - reach, x + random.below(2 * reach) - reach] as const;
          for (let c = 0; c < channels; c++) {
            const [here, there] = [at(c, y, x), at(c, ...other)];
            [values[here], values[there]] = [values[there]!, values[here]!];
          }
        }
    return gaussianBlur({ ...image, values }, sigma);
  };

/** Motion: copies moved along a random angle within 45 degrees of the horizontal, ever fainter. */
export const motionBlur =
  (radius: number, sigma: number): Corruption =>
  (image, random) => {
    const length = 2 * Math.round(pixels(image, radius)) + 1;
    const spread = pixels(image, sigma);
    const angle = ((random.uniform() * 90 - 45) * Math.PI) / 180;
    const copies = Array.from({ length }, (_, i) => ({
      weight: Math.exp(-(i ** 2) / (2 * spread ** 2)),
      dy: Math.round(i * Math.sin(angle)),
      dx: Math.round(i * Math.cos(angle)),
    }));
    const total = copies.reduce((sum, { weight }) => sum + weight, 0);
    return mapPixels(image, (c, y, x) =>
      copies.reduce((sum, { weight, dy, dx }) => sum + (weight / total) * clamped(image, c, y + dy, x + dx), 0),
    );
  };
