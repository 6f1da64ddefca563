// Croce and Hein, check_range_output of AutoAttack, https://github.com/fra31/auto-attack
import type { Check } from "#evaluator/runner/checks/check.ts";

const TOLERANCE = 1e-5;

/**
 * Raised if all outputs are probabilities. What it means: attacks on scores see them rounded to 0 and 1. What to do:
 * submit the model without its softmax.
 */
export const softmaxOutput: Check = async ({ tasks }) => {
  const given = tasks("softmax-output");
  const probabilities = given.filter(({ cleanLogits }) => {
    const sum = cleanLogits.reduce((total, value) => total + value, 0);
    return Math.abs(sum - 1) < TOLERANCE && cleanLogits.every((value) => value > -TOLERANCE && value < 1 + TOLERANCE);
  }).length;
  return { inputs: given.length, probabilities };
};
