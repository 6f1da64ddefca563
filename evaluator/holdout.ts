import { createHmac } from "node:crypto";
import type { Arena } from "#contest/challenge.ts";

/** Inputs that nobody gets: float32 [n, ...shape] and their labels. */
export interface Holdout {
  x: Float32Array;
  labels: Uint16Array;
}

/**
 * Rule 9: derives the hidden holdout from other images of the set, each shifted (up to 1 pixel), rotated (up to 6
 * degrees), scaled (up to 5 %) and sheared (up to 0.06) with bilinear sampling, by amounts that follow from the
 * installation's secret. The images are public, the amounts are not: a model that stores them still has not seen the
 * holdout. Values are put back on the challenge's grid. Inputs smaller than 8 pixels a side are left as they are, since
 * a shift by a pixel would change what they show.
 */
export function deriveHoldout(
  images: Float32Array,
  labels: Uint16Array,
  arena: Arena,
  secret: Buffer,
  slug: string,
): Holdout {
  const [channels, height, width] = arena.shape as [number, number, number];
  if (height < 8 || width < 8) return { x: images, labels };
  const size = channels * height * width;
  const x = new Float32Array(images.length);
  for (let i = 0; i * size < images.length; i++) {
    const at = placement(secret, slug, i);
    for (let c = 0; c < channels; c++) {
      const from = i * size + c * height * width;
      const plane = images.subarray(from, from + height * width);
      warp(plane, x.subarray(from, from + height * width), height, width, at, arena);
    }
  }
  return { x, labels };
}

interface Placement {
  angle: number;
  scale: number;
  shear: number;
  dx: number;
  dy: number;
}

/** Five numbers in [-1,1] from the secret, for image `i`. */
function placement(secret: Buffer, slug: string, i: number): Placement {
  const digest = createHmac("sha256", secret).update(`holdout:${slug}:${i}`).digest();
  const unit = (at: number) => (digest.readUInt32LE(at * 4) / 0xffffffff) * 2 - 1;
  return {
    angle: unit(0) * (Math.PI / 30),
    scale: 1 + unit(1) * 0.05,
    shear: unit(2) * 0.06,
    dx: unit(3),
    dy: unit(4),
  };
}

/** Samples one plane under the inverse of rotation, shear, scale and shift about its centre; outside lies the low end. */
function warp(
  from: Float32Array,
  into: Float32Array,
  height: number,
  width: number,
  at: Placement,
  arena: Arena,
): void {
  const [cos, sin] = [Math.cos(at.angle) / at.scale, Math.sin(at.angle) / at.scale];
  const [cy, cx] = [(height - 1) / 2, (width - 1) / 2];
  const [low, high] = arena.range;
  const pixel = (y: number, x: number) => (y < 0 || x < 0 || y >= height || x >= width ? low : from[y * width + x]!);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const v = row - cy - at.dy;
      const u = column - cx - at.dx - at.shear * v;
      const y = cy - sin * u + cos * v;
      const x = cx + cos * u + sin * v;
      const [y0, x0] = [Math.floor(y), Math.floor(x)];
      const [fy, fx] = [y - y0, x - x0];
      const top = pixel(y0, x0) * (1 - fx) + pixel(y0, x0 + 1) * fx;
      const bottom = pixel(y0 + 1, x0) * (1 - fx) + pixel(y0 + 1, x0 + 1) * fx;
      const value = Math.min(high, Math.max(low, top * (1 - fy) + bottom * fy));
      into[row * width + column] = arena.grid ? Math.round(value * arena.grid) / arena.grid : value;
    }
}
