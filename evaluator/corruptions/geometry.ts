import { type Corruption, type Image, mapPixels, pixels, sampled } from "#evaluator/corruptions/image.ts";

/** Where a pixel comes from, both relative to the centre of the image. */
type From = (y: number, x: number) => [y: number, x: number];

function moved(image: Image, from: From): Float32Array {
  const [cy, cx] = [(image.height - 1) / 2, (image.width - 1) / 2];
  return mapPixels(image, (c, row, column) => {
    const [y, x] = from(row - cy, column - cx);
    return sampled(image, c, y + cy, x + cx);
  });
}

/** Turned about its centre by so many radians, either way. */
export const rotate =
  (angle: number): Corruption =>
  (image, random) => {
    const turn = random.sign() * angle;
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    return moved(image, (y, x) => [cos * y - sin * x, sin * y + cos * x]);
  };

/** Sheared along its rows, either way. */
export const shear =
  (by: number): Corruption =>
  (image, random) => {
    const slope = random.sign() * by;
    return moved(image, (y, x) => [y, x + slope * y]);
  };

/** Made smaller about its centre: `by` is its new size as a share of the old. */
export const scale =
  (by: number): Corruption =>
  (image) =>
    moved(image, (y, x) => [y / by, x / by]);

/** Moved by so many pixels along both axes, each either way. */
export const translate =
  (by: number): Corruption =>
  (image, random) => {
    const [dy, dx] = [random.sign() * pixels(image, by), random.sign() * pixels(image, by)];
    return moved(image, (y, x) => [y - dy, x - dx]);
  };
