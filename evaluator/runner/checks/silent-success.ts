// Pintor et al., "Indicators of attack failure", NeurIPS 2022, https://arxiv.org/abs/2106.09947
import { fooled } from "#evaluator/runner/attacks/attack.ts";
import { project } from "#evaluator/runner/attacks/ball.ts";
import { randomStart } from "#evaluator/runner/attacks/start.ts";
import { stepUphill } from "#evaluator/runner/attacks/steepest.ts";
import { gradientsAt } from "#evaluator/runner/checks/ask.ts";
import type { Check } from "#evaluator/runner/checks/check.ts";

const ITERATIONS = 20;

/**
 * Raised if PGD on the cross-entropy, never stopped, passes an adversarial example and ends on an input that is none.
 * What it means: the loss rises where the model does not err. What to do: return the best iterate.
 */
export const silentSuccess: Check = async ({ survey, oracle, tasks, arena }) => {
  const given = tasks("silent-success");
  const [variant] = survey.variants;
  if (!variant || arena.norm === "L0" || given.length === 0) return null;
  const climber = await oracle(variant);
  const passed = new Set<number>();
  let ends = new Set<number>();
  let inputs = given.map((task) => randomStart(task));
  for (let iteration = 0; iteration <= ITERATIONS; iteration++) {
    const answers = await gradientsAt(climber, given, inputs, "cross-entropy");
    ends = new Set(given.keys().filter((i) => fooled(answers[i]!.logits, given[i]!)));
    for (const i of ends) passed.add(i);
    inputs = inputs.map((x, i) => {
      const next = new Float32Array(x.length);
      stepUphill(next, x, answers[i]!.gradient, arena.norm, (2.5 / ITERATIONS) * arena.epsilon);
      project(next, given[i]!.clean, arena);
      return next;
    });
  }
  const silent = passed.size - ends.size;
  return { inputs: given.length, silent };
};
