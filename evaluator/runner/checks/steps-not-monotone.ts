// Athalye, Carlini and Wagner, "Obfuscated gradients give a false sense of security", ICML 2018, https://arxiv.org/abs/1802.00420
import { apgd } from "#evaluator/runner/attacks/apgd.ts";
import { fgsm, pgd } from "#evaluator/runner/attacks/pgd.ts";
import type { Check } from "#evaluator/runner/checks/check.ts";
import { fallTo } from "#evaluator/runner/checks/fall-to.ts";

/**
 * Raised if fewer steps find more: FGSM than PGD-10, or that than APGD-100, all on the cross-entropy. What it means: the
 * gradient leads astray. What to do: one that fits. After the quick tier alone, whose inputs no attack has picked.
 */
export const stepsNotMonotone: Check = async ({ survey, oracle, tasks }) => {
  const given = tasks("steps-not-monotone");
  const [variant] = survey.variants;
  if (!variant || given.length === 0) return null;
  const climber = await oracle(variant);
  const found: number[] = [];
  for (const attack of [fgsm(), pgd({ iterations: 10 }), apgd({ loss: "cross-entropy", iterations: 100 })])
    found.push((await fallTo(attack, given, climber)).size);
  const [one, ten, hundred] = found as [number, number, number];
  return { inputs: given.length, fgsm: one, pgd10: ten, apgd100: hundred };
};
