// Athalye, Carlini and Wagner, "Obfuscated gradients give a false sense of security", ICML 2018, https://arxiv.org/abs/1802.00420
import { type ApgdOptions, apgd } from "#evaluator/runner/attacks/apgd.ts";
import type { Check } from "#evaluator/runner/checks/check.ts";
import { fallTo, unbounded } from "#evaluator/runner/checks/fall-to.ts";

/** Cheapest first, each on what the ones before left. */
const ATTACKS: ApgdOptions[] = [
  { loss: "cross-entropy", iterations: 40 },
  { loss: "margin", iterations: 100 },
  { loss: "targeted-dlr", iterations: 40, targets: 3 },
];

/**
 * Raised if attacks that may move every value through the whole range do not fool the model on nearly all inputs. What
 * it means: the gradient leads nowhere. What to do: one that fits.
 */
export const unboundedAttackFails: Check = async ({ survey, oracle, tasks, arena }) => {
  const given = tasks("unbounded-attack-fails");
  const [variant] = survey.variants;
  if (!variant || given.length === 0) return null;
  const climber = await oracle(variant);
  let left = given;
  for (const options of ATTACKS) {
    const fallen = await fallTo(apgd(options), left, climber, unbounded(arena));
    left = left.filter((_, i) => !fallen.has(i));
  }
  return { inputs: given.length, left: left.length };
};
