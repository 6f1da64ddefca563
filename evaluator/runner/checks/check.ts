import type { Survey, Variant } from "#contest/gauntlet.ts";
import type { Ball, Task } from "#evaluator/runner/attacks/attack.ts";
import type { Oracle } from "#evaluator/runner/attacks/pool.ts";

/** A model, as checks see it. */
export interface Patient {
  arena: Ball;
  survey: Survey;
  oracle(variant: Variant): Promise<Oracle>;
  /**
   * Clean inputs, with the model's own answers as their labels, evenly chosen and each with a random stream of the
   * check's own; at most `most` (64 by default).
   */
  tasks(check: string, most?: number): Task[];
  /** The model with a last layer of two classes; null where no last layer is found. */
  binarised(): Promise<Binarised | null>;
}

/** A model whose last layer is open: scores are [-s, s] with s = features . weights + bias. */
export interface Binarised {
  /** Length of the features, which go into the last layer. */
  length: number;
  /** Features [rows, length] of inputs [size]. */
  features(inputs: Float32Array[]): Promise<Float32Array[]>;
  /** The model of two classes: answers of each variant that has a gradient, in the order in which attacks try them. */
  oracles(weights: Float32Array, bias: number): Oracle[];
}

/** One sign of a defense that hides its gradient. Gives the numbers that its flag is raised by (contest/flag-rules.ts), or null where it does not apply. */
export type Check = (patient: Patient) => Promise<Record<string, number> | null>;
