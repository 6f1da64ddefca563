// Zimmermann, Brendel, Tramer and Carlini, "Increasing confidence in adversarial robustness evaluations", NeurIPS 2022,
// https://arxiv.org/abs/2206.13991
import { apgd } from "#evaluator/runner/attacks/apgd.ts";
import { fooled, type Task } from "#evaluator/runner/attacks/attack.ts";
import { quantise } from "#evaluator/runner/attacks/quantise.ts";
import { randomStart } from "#evaluator/runner/attacks/start.ts";
import { scoresAt } from "#evaluator/runner/checks/ask.ts";
import type { Binarised, Check } from "#evaluator/runner/checks/check.ts";
import { fallTo } from "#evaluator/runner/checks/fall-to.ts";
import { separate } from "#evaluator/runner/checks/logistic.ts";

const INPUTS = 24;
/** Copies of an input under attack, each from a start of its own. */
const RESTARTS = 4;
const RANDOM = 50;
/** Fewer than the features, so that one example can be told from them. */
const INNER = 200;
const LEAST_FEATURES = 8;
const WITHIN = 0.95;

/**
 * Raised if APGD misses adversarial examples that are there by construction: in each ball a point of its rim is told from
 * points within by a last layer fitted for it. Balls where random draws find one too prove nothing and are left out.
 * What it means: the attack is too weak for this model. What to do: a gradient that fits.
 */
export const binarisationTest: Check = async ({ arena, tasks, binarised, survey }) => {
  if (arena.norm === "L0" || survey.variants.length === 0) return null;
  const model = await binarised();
  if (!model || model.length < LEAST_FEATURES) return null;
  const results: { found: boolean; random: boolean }[] = [];
  for (const task of tasks("binarisation-test", INPUTS)) {
    const result = await searched(model, task);
    if (result) results.push(result);
  }
  const hard = results.filter(({ random }) => !random);
  const found = hard.filter((result) => result.found).length;
  return { inputs: results.length, found, random: results.length - hard.length };
};

/** Plants an example in one ball and searches it: by gradient, and by random draws. Null where none can be planted. */
async function searched(model: Binarised, task: Task): Promise<{ found: boolean; random: boolean } | null> {
  const { clean, arena } = task;
  const onRim = () => quantise(randomStart(task), clean, arena);
  const count = Math.min(INNER, Math.floor(model.length / 2));
  const inner = Array.from({ length: count }, () => within(task));
  const read = await model.features([clean, ...inner, onRim()]);
  const separator = separate(read.slice(0, -1), read.at(-1)!);
  if (!separator) return null;
  const oracles = model.oracles(separator.weights, separator.bias);
  const two = { ...arena, classes: 2 };
  const [cleanLogits] = await scoresAt(oracles[0]!, [clean]);
  const copy: Task = { ...task, arena: two, label: 0, cleanLogits: cleanLogits!, starts: [] };
  const draws = await scoresAt(oracles[0]!, Array.from({ length: RANDOM }, onRim));
  const random = draws.some((scores) => fooled(scores, copy));
  let found = false;
  for (const oracle of oracles)
    found ||= (await fallTo(apgd({ loss: "margin" }), Array(RESTARTS).fill(copy), oracle)).size > 0;
  return { found, random };
}

/** A random point well inside the ball. */
function within(task: Task): Float32Array {
  const { clean, random, arena } = task;
  const rim = randomStart(task);
  const share = WITHIN * random.uniform() ** (1 / clean.length);
  if (arena.norm !== "Linf") return rim.map((value, i) => clean[i]! + share * (value - clean[i]!));
  return rim.map((value, i) => clean[i]! + WITHIN * (value - clean[i]!));
}
