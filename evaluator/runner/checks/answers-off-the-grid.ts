import { fooled } from "#evaluator/runner/attacks/attack.ts";
import { quantise } from "#evaluator/runner/attacks/quantise.ts";
import { randomStart } from "#evaluator/runner/attacks/start.ts";
import { scoresAt } from "#evaluator/runner/checks/ask.ts";
import type { Check } from "#evaluator/runner/checks/check.ts";

/** Of a grid step: what rounds to the same value. */
const WITHIN = 0.45;

/**
 * Raised if the answer changes between an input on the grid and one beside it that rounds to the same. What it means:
 * the model tells stored images from computed ones. What to do: round inside it.
 */
export const answersOffTheGrid: Check = async ({ tasks, oracle, arena }) => {
  const { grid, range } = arena;
  if (grid === null) return null;
  const given = tasks("answers-off-the-grid");
  const on = given.flatMap((task) => [task.clean, quantise(randomStart(task), task.clean, arena)]);
  const off = on.map((x, i) => {
    const { random } = given[i >> 1]!;
    return x.map((value) => {
      const moved = value + ((2 * random.uniform() - 1) * WITHIN) / grid;
      return Math.min(range[1], Math.max(range[0], moved));
    });
  });
  const exact = await oracle("exact");
  const [before, after] = [await scoresAt(exact, on), await scoresAt(exact, off)];
  const changed = given.filter((task, i) =>
    [2 * i, 2 * i + 1].some((at) => fooled(before[at]!, task) !== fooled(after[at]!, task)),
  ).length;
  return { inputs: given.length, changed };
};
