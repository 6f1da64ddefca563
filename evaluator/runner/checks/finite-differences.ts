// Carlini et al., "On evaluating adversarial robustness", 2019, https://arxiv.org/abs/1902.06705
import { type Task, targetsOf } from "#evaluator/runner/attacks/attack.ts";
import type { Oracle } from "#evaluator/runner/attacks/pool.ts";
import { randomStart } from "#evaluator/runner/attacks/start.ts";
import { gradientsAt, scoresAt } from "#evaluator/runner/checks/ask.ts";
import type { Check } from "#evaluator/runner/checks/check.ts";

const DIRECTIONS = 16;
/** Of the range: small beside any ball, large beside float32's rounding of scores. */
const STEP = 1e-3;
const AGREES = 0.5;

/**
 * Raised if the gradient of the margin disagrees with central differences along random sign vectors, at a random start.
 * Of randomised models nothing is said: their noise differs between the two ends. What it means: the gradient is not
 * the slope that attacks take it for. What to do: a surrogate or an average that is.
 */
export const finiteDifferences: Check = async ({ survey, oracle, tasks, arena }) => {
  const given = tasks("finite-differences");
  const variant = survey.variants.includes("exact") ? "exact" : survey.variants[0];
  if (!variant || survey.randomOps > 0 || given.length === 0) return null;
  const step = STEP * (arena.range[1] - arena.range[0]);
  const bases = given.map((task) => inside(randomStart(task), arena.range, step));
  const targets = given.map((task) => targetsOf(task, 1)[0]!);
  const gradients = await gradientsAt(await oracle(variant), given, bases, "targeted-margin", targets);
  const exact = await oracle("exact");
  const cosines: number[] = [];
  let signs = 0;
  for (const [i, task] of given.entries()) {
    const directions = Array.from({ length: DIRECTIONS }, () => signVector(task));
    const slopes = await slopesOf(exact, bases[i]!, directions, step, task.label, targets[i]!);
    const expected = directions.map((along) => dot(along, gradients[i]!.gradient));
    cosines.push(cosine(slopes, expected));
    signs += slopes.filter((slope, k) => Math.sign(slope) === Math.sign(expected[k]!)).length;
  }
  const disagree = cosines.filter((value) => value < AGREES).length;
  const median = cosines.toSorted((a, b) => a - b)[cosines.length >> 1]!;
  return { inputs: given.length, disagree, cosine: median, signs: signs / (given.length * DIRECTIONS) };
};

/** Away from the ends of the range, where models clip. */
function inside(x: Float32Array, [low, high]: readonly [number, number], step: number): Float32Array {
  return x.map((value) => Math.min(high - 2 * step, Math.max(low + 2 * step, value)));
}

function signVector({ random, clean }: Task): Float32Array {
  const signs = new Float32Array(clean.length);
  random.fillSigns(signs, 1);
  return signs;
}

/** Central differences of the target's score less the label's. */
async function slopesOf(
  oracle: Oracle,
  base: Float32Array,
  directions: Float32Array[],
  step: number,
  label: number,
  target: number,
): Promise<number[]> {
  const ends = directions.flatMap((along) =>
    [1, -1].map((way) => base.map((value, i) => value + way * step * along[i]!)),
  );
  const margins = (await scoresAt(oracle, ends)).map((scores) => scores[target]! - scores[label]!);
  return directions.map((_, k) => (margins[2 * k]! - margins[2 * k + 1]!) / (2 * step));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Of two zero vectors it is 1 (a flat place told as flat), of one it is 0; 0 where something is not a number. */
function cosine(a: number[], b: number[]): number {
  const [aa, bb] = [dot(a, a), dot(b, b)];
  if (aa === 0 && bb === 0) return 1;
  const value = dot(a, b) / Math.sqrt(aa * bb);
  return Number.isFinite(value) ? value : 0;
}
