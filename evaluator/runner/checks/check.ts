import type { FlagId } from "#contest/flags.ts";
import type { GauntletTier, Survey, Variant } from "#contest/gauntlet.ts";
import type { Ball, Task } from "#evaluator/runner/attacks/attack.ts";
import type { Oracle } from "#evaluator/runner/attacks/pool.ts";

/** A model after a tier's attacks, as checks see it. */
export interface Patient {
  arena: Ball;
  survey: Survey;
  oracle(variant: Variant): Promise<Oracle>;
  /**
   * Clean inputs that the tier began with, evenly chosen, each with a random stream of the check's own; at most `most`
   * (64 by default).
   */
  tasks(check: FlagId, most?: number): Task[];
  /** Of the inputs that stood after the tier's attacks, at most 64. */
  standing(check: FlagId): Task[];
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

/** One sign of a defense that hides its gradient. Its texts are in contest/flag-texts.ts. */
export interface Check {
  id: FlagId;
  /** The tiers whose run it is part of. What is cheap runs after both: the full tier's inputs are the hard ones. */
  tiers: readonly GauntletTier[];
  /** The numbers that raise the flag; null where it is not raised, or does not apply. */
  run(patient: Patient): Promise<Record<string, number> | null>;
}

/** Whether `count` of `inputs` is more than a share, and more than chance leaves of a few. */
export function many(count: number, inputs: number, share: number, least: number): boolean {
  return count >= least && count >= share * inputs;
}
