import type { Task } from "#evaluator/runner/attacks/attack.ts";
import { fooled } from "#evaluator/runner/attacks/attack.ts";
import { scoresAt } from "#evaluator/runner/checks/ask.ts";
import type { Check } from "#evaluator/runner/checks/check.ts";

/** How far from half-way the answer may change. */
const WITHIN = 0.02;
const NEIGHBOURS = 512;
const PAIRS = 64;

/**
 * Raised if, on the way from an input to its nearest neighbour of another class, the answer changes half-way: where the
 * nearer of the two stored points changes. A model that has learned its classes changes where its margins say, which
 * differs from pair to pair. What it means: the model stores the points. What to do: train on others.
 */
export const nearestPoint: Check = async ({ tasks, oracle }) => {
  const given = tasks("nearest-point", NEIGHBOURS);
  const pairs = given.slice(0, PAIRS).flatMap((task) => {
    const other = nearestOther(task, given);
    return other ? [{ task, other }] : [];
  });
  const exact = await oracle("exact");
  const short = await scoresAt(exact, pairs.map(mixedAt(0.5 - WITHIN)));
  const past = await scoresAt(exact, pairs.map(mixedAt(0.5 + WITHIN)));
  const halfway = pairs.filter(({ task, other }, i) => !fooled(short[i]!, task) && !fooled(past[i]!, other)).length;
  return { pairs: pairs.length, halfway };
};

interface Pair {
  task: Task;
  other: Task;
}

const mixedAt =
  (share: number) =>
  ({ task, other }: Pair): Float32Array =>
    task.clean.map((value, i) => value + share * (other.clean[i]! - value));

function nearestOther(task: Task, given: Task[]): Task | null {
  let nearest: Task | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const other of given) {
    if (other.label === task.label) continue;
    let squares = 0;
    for (let i = 0; i < task.clean.length && squares < least; i++) squares += (task.clean[i]! - other.clean[i]!) ** 2;
    if (squares >= least) continue;
    least = squares;
    nearest = other;
  }
  return nearest;
}
