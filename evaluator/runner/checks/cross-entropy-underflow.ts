import { answerOf } from "#contest/verdict.ts";
import { marginOf } from "#evaluator/runner/attacks/attack.ts";
import { randomStart } from "#evaluator/runner/attacks/start.ts";
import { scoresAt } from "#evaluator/runner/checks/ask.ts";
import type { Check } from "#evaluator/runner/checks/check.ts";

/**
 * Raised if, at random starts, the highest score leads by so much that the other classes' probabilities are zero in
 * float32 (by 104): the gradient of the cross-entropy is zero then. The house cuts scales off the end of a model where it
 * sees them, but other people's tools do not. What it means: attacks on the cross-entropy stand still. What to do: a loss without a scale.
 */
export const crossEntropyUnderflow: Check = async ({ oracle, tasks }) => {
  const given = tasks("cross-entropy-underflow");
  const scores = await scoresAt(
    await oracle("exact"),
    given.map((task) => randomStart(task)),
  );
  const underflown = given.filter((task, i) => {
    const label = answerOf(scores[i]!, task.arena.classes, 0);
    return Math.fround(Math.exp(marginOf(scores[i]!, { ...task, label }))) === 0;
  }).length;
  return { inputs: given.length, underflown };
};
