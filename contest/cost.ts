import { type HouseAttack, type HouseRunName, planOf, type Stage, type Surveyed } from "#contest/gauntlet.ts";
import type { Norm } from "#contest/threat-model.ts";

/** Evaluations of the model for one point. */
export interface Cost {
  gradients: number;
  forwards: number;
}

/** A gradient costs about three forward passes. */
const GRADIENT = 3;

/** What an attack asks in one iteration (a query, a draw, a step), for one target where it has targets. */
const AN_ITERATION: Record<HouseAttack, Cost> = {
  // Four archived attacks, each at five shares of its change.
  transfer: { gradients: 0, forwards: 20 },
  "linear-exact": { gradients: 0, forwards: 1 },
  "leaf-tuple": { gradients: 0, forwards: 10 },
  "apgd-ce": { gradients: 1, forwards: 0 },
  "apgd-margin": { gradients: 1, forwards: 0 },
  "apgd-dlr": { gradients: 1, forwards: 0 },
  "apgd-t": { gradients: 1, forwards: 0 },
  "fab-t": { gradients: 1, forwards: 1 },
  square: { gradients: 0, forwards: 1 },
  nes: { gradients: 0, forwards: 101 },
  spsa: { gradients: 0, forwards: 129 },
  // Its draws grow with the steps: 25,000 questions bound it.
  hopskipjump: { gradients: 0, forwards: 500 },
  rays: { gradients: 0, forwards: 1 },
  noise: { gradients: 0, forwards: 1 },
  fmn: { gradients: 1, forwards: 0 },
};

/** Attacks that go on to their last iteration on every point that they do not take, whatever the model. */
const NEVER_EARLIER: ReadonlySet<HouseAttack> = new Set(["apgd-ce"]);

/** The most that a stage asks of the model for one point, but for a few confirmations. */
export function costOf({ attack, iterations, targets }: Pick<Stage, "attack" | "iterations" | "targets">): Cost {
  const times = iterations * Math.max(1, targets);
  const { gradients, forwards } = AN_ITERATION[attack];
  return { gradients: gradients * times, forwards: forwards * times };
}

/** A cost in forward passes. */
export function passesOf({ gradients, forwards }: Cost): number {
  return GRADIENT * gradients + forwards;
}

/** Seconds that a forward pass of one input took in stages that have run, the time around it included; null where none ran. */
export function paceOf(stages: readonly (Cost & { seconds: number })[]): number | null {
  const sum = (of: (stage: Cost & { seconds: number }) => number) =>
    stages.reduce((total, each) => total + of(each), 0);
  const passes = sum(passesOf);
  return passes > 0 ? sum(({ seconds }) => seconds) / passes : null;
}

/** Seconds of CPU. */
export interface Estimate {
  /** Where every attack goes on to the end of its budget on every point. */
  most: number;
  /** Where no point falls and every attack that may end early ends at once. */
  least: number;
}

/** What a tier will cost on so many points, at a model's pace (`paceOf`). */
export function estimateOf(
  tier: HouseRunName,
  survey: Surveyed,
  norm: Norm,
  { points, pace }: { points: number; pace: number },
): Estimate {
  const plan = planOf(tier, survey, norm);
  const seconds = (stages: Stage[]) => stages.reduce((sum, stage) => sum + passesOf(costOf(stage)), 0) * points * pace;
  return { most: seconds(plan), least: seconds(plan.filter(({ attack }) => NEVER_EARLIER.has(attack))) };
}
