// Croce and Hein, check_zero_gradients of AutoAttack, https://github.com/fra31/auto-attack
import type { Task } from "#evaluator/runner/attacks/attack.ts";
import type { Oracle } from "#evaluator/runner/attacks/pool.ts";
import { randomStart } from "#evaluator/runner/attacks/start.ts";
import type { Check } from "#evaluator/runner/checks/check.ts";
import { LOSSES, type LossName } from "#onnx/gradient.ts";

const THRESHOLD = 0.05;

/**
 * Raised if the true gradient of cross-entropy or margin is all zero at a random start for at least 5 % of the inputs.
 * A model without a true gradient at all is not flagged: the survey says so. What it means: attacks that climb stand still there. What to do: surrogates, or a loss without the scores' scale.
 */
export const zeroGradients: Check = {
  id: "zero-gradients",
  async run({ survey, oracle, tasks }) {
    const given = tasks("zero-gradients");
    if (!survey.variants.includes("exact") || given.length === 0) return null;
    const starts = given.map((task) => randomStart(task));
    const exact = await oracle("exact");
    const crossEntropy = (await zeros(exact, given, starts, "cross-entropy")) / given.length;
    const margin = (await zeros(exact, given, starts, "margin")) / given.length;
    return Math.max(crossEntropy, margin) >= THRESHOLD ? { inputs: given.length, crossEntropy, margin } : null;
  },
};

async function zeros(oracle: Oracle, tasks: Task[], starts: Float32Array[], loss: LossName): Promise<number> {
  const size = starts[0]!.length;
  const { batch } = oracle;
  const x = new Float32Array(batch * size);
  const labels = new Int32Array(batch);
  const losses = new Uint8Array(batch).fill(LOSSES.indexOf(loss));
  let count = 0;
  for (let from = 0; from < tasks.length; from += batch) {
    const rows = Math.min(batch, tasks.length - from);
    for (let row = 0; row < rows; row++) {
      x.set(starts[from + row]!, row * size);
      labels[row] = tasks[from + row]!.label;
    }
    const { gradient } = await oracle.gradients(x, rows, labels, new Int32Array(batch).fill(-1), losses);
    for (let row = 0; row < rows; row++)
      if (gradient.subarray(row * size, (row + 1) * size).every((value) => value === 0)) count++;
  }
  return count;
}
