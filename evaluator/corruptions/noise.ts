import type { Corruption } from "#evaluator/corruptions/image.ts";

/** Shot noise: the count of photons, `photons` a pixel at full brightness. */
export const shotNoise =
  (photons: number): Corruption =>
  ({ values }, random) =>
    values.map((value) => random.poisson(value * photons) / photons);

/** Impulse noise (salt and pepper): this share of the values is set to black or white. */
export const impulseNoise =
  (share: number): Corruption =>
  ({ values }, random) =>
    values.map((value) => (random.uniform() < share ? random.below(2) : value));
