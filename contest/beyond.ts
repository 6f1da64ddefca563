import * as z from "zod";

/**
 * What a defense does outside of the challenge's ball and points: shown beside its robust accuracy, never part of it. The
 * corruptions are those of MNIST-C, https://arxiv.org/abs/1906.02337, made anew: not comparable with the published set.
 */
export const CORRUPTION_NAMES = {
  "shot-noise": "Shot noise",
  "impulse-noise": "Impulse noise",
  "glass-blur": "Glass blur",
  "motion-blur": "Motion blur",
  shear: "Shear",
  scale: "Scale",
  rotate: "Rotation",
  brightness: "Brightness",
  translate: "Translation",
  stripe: "Stripe",
  fog: "Fog",
  "dotted-line": "Dotted line",
  zigzag: "Zigzag",
} as const;
export type CorruptionName = keyof typeof CORRUPTION_NAMES;

export const CORRUPTIONS = Object.keys(CORRUPTION_NAMES) as [CorruptionName, ...CorruptionName[]];

/** Points that were corrupted, and how many of their copies were answered rightly, by corruption. */
export const CorruptionAccuracies = z
  .array(z.object({ name: z.enum(CORRUPTIONS), right: z.int().min(0), n: z.int().min(1) }))
  .max(CORRUPTIONS.length);
export type CorruptionAccuracies = z.infer<typeof CorruptionAccuracies>;

/** Inputs of the holdout that go through the gauntlet. */
export const HOLDOUT_ATTACKED = 200;

/** Rule 9: nothing finer than whole percents leaves the holdout. The count that they stand for. */
export function inWholePercents(right: number, n: number): number {
  return n === 0 ? 0 : Math.round((Math.round((100 * right) / n) / 100) * n);
}
