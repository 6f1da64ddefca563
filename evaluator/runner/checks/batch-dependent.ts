import { difference, scoresAt } from "#evaluator/runner/checks/ask.ts";
import type { Check } from "#evaluator/runner/checks/check.ts";

/** As rule 5 has it (docs/decisions/0003): room for kernels that sum in another order at another batch. */
const TOLERANCE = 1e-3;
/** Inputs that are asked alone. */
const ALONE = 16;

/**
 * Raised if an input gets other scores alone, or among others in another order, than in its batch. What it means:
 * statistics over the batch reach the answer. What to do: export in inference mode.
 */
export const batchDependent: Check = async ({ tasks, oracle }) => {
  const inputs = tasks("batch-dependent").map(({ clean }) => clean);
  const exact = await oracle("exact");
  const together = await scoresAt(exact, inputs);
  const alone = await scoresAt(exact, inputs.slice(0, ALONE), 1);
  // Halves: another order alone leaves a mean over the batch as it is.
  const apart = await scoresAt(exact, inputs.toReversed(), Math.max(1, Math.min(exact.batch, inputs.length) >> 1));
  const other = (i: number) => [alone[i], apart[inputs.length - 1 - i]].filter((scores) => scores !== undefined);
  const changed = together.filter((scores, i) => other(i).some((is) => difference(scores, is) > TOLERANCE)).length;
  return { inputs: inputs.length, changed };
};
