// Croce and Hein, check_range_output of AutoAttack, https://github.com/fra31/auto-attack
import type { Check } from "#evaluator/runner/checks/check.ts";

const TOLERANCE = 1e-5;

/**
 * Raised if all outputs are probabilities. What it means: attacks on scores see them rounded to 0 and 1. What to do:
 * submit the model without its softmax.
 */
export const softmaxOutput: Check = {
  id: "softmax-output",
  async run({ tasks }) {
    const given = tasks("softmax-output");
    const probabilities = given.every(({ cleanLogits }) => {
      const sum = cleanLogits.reduce((total, value) => total + value, 0);
      return Math.abs(sum - 1) < TOLERANCE && cleanLogits.every((value) => value > -TOLERANCE && value < 1 + TOLERANCE);
    });
    return probabilities && given.length > 0 ? { inputs: given.length } : null;
  },
};
