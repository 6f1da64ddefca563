// Carlini et al., "On evaluating adversarial robustness", 2019, https://arxiv.org/abs/1902.06705
import { apgd } from "#evaluator/runner/attacks/apgd.ts";
import type { Check } from "#evaluator/runner/checks/check.ts";
import { fallTo, unbounded } from "#evaluator/runner/checks/fall-to.ts";

/**
 * Raised if the same attack finds less in a larger ball. What it means: the gradient leads astray, as the larger ball
 * holds the smaller one. What to do: a gradient that fits.
 */
export const epsilonNotMonotone: Check = async ({ survey, oracle, tasks, arena }) => {
  const given = tasks("epsilon-not-monotone");
  const [variant] = survey.variants;
  if (!variant || given.length === 0) return null;
  const climber = await oracle(variant);
  const whole = unbounded(arena).epsilon;
  const found: number[] = [];
  for (const times of [1, 2, 4, 8]) {
    const ball = { ...arena, epsilon: Math.min(whole, arena.epsilon * times) };
    found.push((await fallTo(apgd({ loss: "margin", iterations: 40 }), given, climber, ball)).size);
  }
  const [epsilon, times2, times4, times8] = found as [number, number, number, number];
  return { inputs: given.length, epsilon, times2, times4, times8 };
};
