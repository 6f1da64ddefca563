// Croce and Hein, check_randomized of AutoAttack, https://github.com/fra31/auto-attack
import { difference, scoresAt } from "#evaluator/runner/checks/ask.ts";
import type { Check } from "#evaluator/runner/checks/check.ts";

/** AutoAttack's. Honest models give equal bits; a state that fades is told apart by its own check. */
export const TOLERANCE = 1e-4;
const RUNS = 3;

/**
 * Raised if the same inputs get other scores when asked again at once. What it means: hidden randomness. What to do:
 * use the standard random operators.
 */
export const nondeterministic: Check = async ({ tasks, oracle }) => {
  const inputs = tasks("nondeterministic").map(({ clean }) => clean);
  const exact = await oracle("exact");
  const first = await scoresAt(exact, inputs);
  const changed = new Set<number>();
  for (let run = 1; run < RUNS; run++)
    for (const [i, scores] of (await scoresAt(exact, inputs)).entries())
      if (difference(scores, first[i]!) > TOLERANCE) changed.add(i);
  return { inputs: inputs.length, changed: changed.size };
};
