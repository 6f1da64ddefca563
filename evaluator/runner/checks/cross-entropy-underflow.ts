import { randomStart } from "#evaluator/runner/attacks/start.ts";
import { gradientsAt } from "#evaluator/runner/checks/ask.ts";
import { type Check, many } from "#evaluator/runner/checks/check.ts";
import { isZero, LEAST, SHARE } from "#evaluator/runner/checks/zero-gradients.ts";

/**
 * Raised if the gradient of the cross-entropy is all zero where that of the margin is not: in float32 it underflows at
 * margins above 104. What it means: attacks on the cross-entropy stand still. What to do: a loss without a scale.
 */
export const crossEntropyUnderflow: Check = {
  id: "cross-entropy-underflow",
  tiers: ["quick", "full"],
  async run({ survey, oracle, tasks }) {
    const given = tasks("cross-entropy-underflow");
    const [variant] = survey.variants;
    if (!variant || given.length === 0) return null;
    const climber = await oracle(variant);
    const starts = given.map((task) => randomStart(task));
    const margin = await gradientsAt(climber, given, starts, "margin");
    const crossEntropy = await gradientsAt(climber, given, starts, "cross-entropy");
    const underflown = crossEntropy.filter((answer, i) => isZero(answer) && !isZero(margin[i]!)).length;
    return many(underflown, given.length, SHARE, LEAST) ? { inputs: given.length, underflown } : null;
  },
};
