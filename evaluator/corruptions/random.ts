import { words } from "#evaluator/shuffle.ts";

/** Random numbers of one corruption of one image: they follow from the seed alone. */
export class Random {
  private readonly source: Generator<number, never>;

  constructor(seed: string) {
    this.source = words(seed);
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.source.next().value / 2 ** 32;
  }

  /** A whole number from 0 to n - 1. */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  sign(): 1 | -1 {
    return this.uniform() < 0.5 ? -1 : 1;
  }

  /** Standard normal (Box and Muller, 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Poisson of a small mean (Knuth): multiplies uniforms until they fall below exp(-mean). */
  poisson(mean: number): number {
    const bound = Math.exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > bound; product *= this.uniform()) count++;
    return count;
  }
}
