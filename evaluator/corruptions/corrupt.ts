// Mu and Gilmer, "MNIST-C: a robustness benchmark for computer vision", 2019, https://arxiv.org/abs/1906.02337
import type { CorruptionName } from "#contest/beyond.ts";
import type { Arena } from "#contest/challenge.ts";
import { glassBlur, motionBlur } from "#evaluator/corruptions/blur.ts";
import { rotate, scale, shear, translate } from "#evaluator/corruptions/geometry.ts";
import type { Corruption } from "#evaluator/corruptions/image.ts";
import { brightness, fog, stripe } from "#evaluator/corruptions/light.ts";
import { impulseNoise, shotNoise } from "#evaluator/corruptions/noise.ts";
import { Random } from "#evaluator/corruptions/random.ts";
import { dottedLine, zigzag } from "#evaluator/corruptions/strokes.ts";

/** MNIST-C's corruptions at the severity of its published set, but for spatter and Canny edges, which are not made. */
const CORRUPTIONS: Record<CorruptionName, Corruption> = {
  "shot-noise": shotNoise(3),
  "impulse-noise": impulseNoise(0.17),
  "glass-blur": glassBlur(0.7, 1, 2),
  "motion-blur": motionBlur(10, 3),
  shear: shear(0.4),
  scale: scale(0.7),
  rotate: rotate(0.4),
  brightness: brightness(0.5),
  translate: translate(3),
  stripe,
  fog: fog(3, 1.4),
  "dotted-line": dottedLine,
  zigzag,
};

/** Of every corrupted image: with the corruption's name and the point it follows what is drawn at random. */
export const CORRUPTION_SEED = "gauntlet corruptions 1";

/** Inputs of fewer pixels a side are not taken for images. */
const SMALLEST_SIDE = 8;

export function areImages({ shape: [channels, height, width] }: Pick<Arena, "shape">): boolean {
  return [1, 3].includes(channels!) && height! >= SMALLEST_SIDE && width! >= SMALLEST_SIDE;
}

/**
 * A corrupted copy of the first `count` inputs, float32 [count, ...shape], inside the range and on the grid where there is
 * one. The same inputs give the same copies.
 */
export function corrupted(
  name: CorruptionName,
  inputs: Float32Array,
  count: number,
  { shape, range: [low, high], grid }: Pick<Arena, "shape" | "range" | "grid">,
): Float32Array {
  const [channels, height, width] = shape as [number, number, number];
  const size = channels * height * width;
  const out = new Float32Array(count * size);
  for (let point = 0; point < count; point++) {
    const values = inputs.subarray(point * size, (point + 1) * size).map((value) => (value - low) / (high - low));
    const image = { values, channels, height, width };
    const changed = CORRUPTIONS[name](image, new Random(`${CORRUPTION_SEED} ${name} ${point}`));
    for (let i = 0; i < size; i++) {
      const value = low + (high - low) * Math.min(1, Math.max(0, changed[i]!));
      out[point * size + i] = grid === null ? value : Math.round(value * grid) / grid;
    }
  }
  return out;
}
