// Croce and Hein, check_zero_gradients of AutoAttack, https://github.com/fra31/auto-attack
import { randomStart } from "#evaluator/runner/attacks/start.ts";
import { gradientsAt } from "#evaluator/runner/checks/ask.ts";
import type { Check } from "#evaluator/runner/checks/check.ts";

const isZero = ({ gradient }: { gradient: Float32Array }): boolean => gradient.every((value) => value === 0);

/**
 * Raised if the true gradient of the margin is all zero at the inputs or at random starts, or if there is none and
 * surrogates stand in. A model without any gradient is not flagged: the survey says so. What it means: attacks that
 * climb stand still. What to do: surrogates.
 */
export const zeroGradients: Check = async ({ survey, oracle, tasks }) => {
  const given = tasks("zero-gradients");
  const inputs = given.length;
  if (survey.variants.length === 0 || inputs === 0) return null;
  if (!survey.variants.includes("exact")) return { inputs, atInput: inputs, atStart: inputs };
  const exact = await oracle("exact");
  const zerosAt = async (x: Float32Array[]) => (await gradientsAt(exact, given, x, "margin")).filter(isZero).length;
  const atInput = await zerosAt(given.map(({ clean }) => clean));
  const atStart = await zerosAt(given.map((task) => randomStart(task)));
  return { inputs, atInput, atStart };
};
