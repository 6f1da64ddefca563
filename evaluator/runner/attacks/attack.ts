import type { Arena } from "#contest/challenge.ts";
import { answerOf } from "#contest/verdict.ts";
import type { Random } from "#evaluator/runner/attacks/random.ts";
import type { LossName } from "#onnx/gradient.ts";

/**
 * What an attack asks the model: the scores of `rows` inputs [rows, size], or a loss and its gradient at one input.
 * Scores lead a search, and their last bits may differ from what the evaluator sees; a verdict's are those very bits.
 */
export type Query =
  | { kind: "scores" | "verdict"; x: Float32Array; rows: number }
  /** An attack climbs: more loss is closer to fooled. `target` is -1 where the loss has none. */
  | { kind: "gradient"; x: Float32Array; loss: LossName; target: number };

/** The model's answer: logits [rows, classes]. Views that are valid until the next question only. */
export interface Answer {
  logits: Float32Array;
  /** Of gradient queries only. */
  loss: number;
  /** [size]; of gradient queries only. */
  gradient: Float32Array;
}

/**
 * An attack on one image, as a generator that yields questions and is resumed with their answers. Whoever drives it
 * may put the questions of many images into one batch: each image still meets the same answers, so that results do not
 * depend on the batch, on the order, or on who else is under attack.
 */
export type Asking<T> = Generator<Query, T, Answer>;

/** The threat model and the shape of the data, as an attack needs them. */
export type Ball = Omit<Arena, "points">;

/** One point under attack. */
export interface Task {
  /** Its number in the challenge, which keys its random stream. */
  point: number;
  /** [size], inside the range, on the grid where there is one. */
  clean: Float32Array;
  /** The model's own answer to the clean input. */
  label: number;
  cleanLogits: Float32Array;
  arena: Ball;
  /** The stream of this (seed, attack, point). */
  random: Random;
  /** Verdicts are shares of the model's answers, and an example is to be surer than the barest majority. */
  randomised?: boolean;
  /** The best that fooled such a model by less, kept by `confirm` for want of a surer one. */
  unsure?: { example: Float32Array; margin: number };
  /** Examples [size] that other attacks found for this point or left behind, admissible or not. */
  starts: Float32Array[];
}

export interface Outcome {
  /** Admissible, on the grid, and it fooled the model when asked; null where the attack failed. */
  example: Float32Array | null;
  /** The best margin (largest other score less the label's) among the inputs asked: above 0 is fooled. */
  margin: number;
  /** Minimal-norm attacks: the distance, in the arena's norm, of the nearest confirmed example; Infinity for none. */
  distance?: number;
  /** Attacks that climb a loss: its value at every iterate of the last run. */
  trace?: number[];
}

export interface Attack {
  /** The paper's name, as shown. */
  name: string;
  /** What it needs to know of the model. Attacks that ask for labels ask for scores and look at the largest only. */
  asks: "gradient" | "scores" | "labels";
  applies(arena: Ball): boolean;
  run(task: Task): Asking<Outcome>;
}

/** Whether row `row` of the logits is a wrong answer: another class, or no valid output (rule 4). */
export function fooled(logits: Float32Array, task: Task, row = 0): boolean {
  return answerOf(logits, task.arena.classes, row) !== task.label;
}

/** The largest score of another class less the label's, in row `row`. Infinity where the output is not a number. */
export function marginOf(logits: Float32Array, task: Task, row = 0): number {
  const { classes } = task.arena;
  const at = row * classes;
  let other = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < classes; k++) if (k !== task.label && logits[at + k]! > other) other = logits[at + k]!;
  const margin = other - logits[at + task.label]!;
  return Number.isNaN(margin) ? Number.POSITIVE_INFINITY : margin;
}

/** The other classes by their score on the clean input, highest first: the targets of targeted attacks. */
export function targetsOf(task: Task, count: number): number[] {
  const order = Array.from({ length: task.arena.classes }, (_, k) => k).filter((k) => k !== task.label);
  return order.sort((a, b) => task.cleanLogits[b]! - task.cleanLogits[a]! || a - b).slice(0, count);
}

/** DLR needs three classes and its targeted form four; with fewer, the margin (without a scale) takes its place. */
export function lossFor(loss: LossName, classes: number): LossName {
  if (loss === "dlr" && classes < 3) return "margin";
  if (loss === "targeted-dlr" && classes < 4) return "targeted-margin";
  return loss;
}

export function isTargeted(loss: LossName): boolean {
  return loss.startsWith("targeted");
}
