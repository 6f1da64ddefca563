import type { Check } from "#evaluator/runner/checks/check.ts";

/**
 * Raised if a model has random operators. What it means: verdicts are majorities over draws, gradients are averages.
 * What to do: compare it with the same model without the noise.
 */
export const randomised: Check = async ({ survey: { randomOps } }) => ({ operators: randomOps });
