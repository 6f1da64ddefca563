import { randomStart } from "#evaluator/runner/attacks/start.ts";
import { difference, scoresAt } from "#evaluator/runner/checks/ask.ts";
import type { Check } from "#evaluator/runner/checks/check.ts";
import { TOLERANCE } from "#evaluator/runner/checks/nondeterministic.ts";

/**
 * Raised if inputs get other scores after others were answered in between, though not when asked again at once. What it
 * means: the model keeps a state. What to do: remove it.
 */
export const stateful: Check = async ({ tasks, oracle }) => {
  const given = tasks("stateful");
  const inputs = given.map(({ clean }) => clean);
  const exact = await oracle("exact");
  const first = await scoresAt(exact, inputs);
  const again = await scoresAt(exact, inputs);
  await scoresAt(
    exact,
    given.map((task) => randomStart(task)),
  );
  const after = await scoresAt(exact, inputs);
  const changed = after.filter(
    (scores, i) => difference(scores, again[i]!) > TOLERANCE && difference(first[i]!, again[i]!) <= TOLERANCE,
  ).length;
  return { inputs: inputs.length, changed };
};
