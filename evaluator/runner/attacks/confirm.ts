import { type Distance, judgeRow } from "#contest/admissible.ts";
import { type Asking, fooled, marginOf, type Task } from "#evaluator/runner/attacks/attack.ts";
import { lengthOf } from "#evaluator/runner/attacks/norms.ts";
import { quantise } from "#evaluator/runner/attacks/quantise.ts";

/**
 * An attack is never believed: asks again at `x` as it will be judged, projected and on the grid, and gives that form
 * when it still fools the model. Where rounding lost it and a gradient is at hand, tries once more rounded uphill.
 * Null when neither fools the model; at most two questions.
 */
export function* confirm(task: Task, x: Float32Array, gradient?: Float32Array): Asking<Float32Array | null> {
  const nearest = quantise(x, task.clean, task.arena);
  if (yield* stands(task, nearest)) return nearest;
  if (gradient === undefined || task.arena.grid === null) return null;
  const uphill = quantise(x, task.clean, task.arena, gradient);
  return (yield* stands(task, uphill)) ? uphill : null;
}

function* stands(task: Task, row: Float32Array): Asking<boolean> {
  if (!judgeRow(row, task.clean, task.arena).admissible) return false;
  const { logits } = yield { kind: "verdict", x: row, rows: 1 };
  if (!fooled(logits, task)) return false;
  if (!task.randomised) return true;
  const margin = marginOf(logits, task);
  if (margin >= SURE) return true;
  if (margin > (task.unsure?.margin ?? Number.NEGATIVE_INFINITY)) task.unsure = { example: row, margin };
  return false;
}

/**
 * By how many of its draws, as a share, a randomised model must prefer another class. The judge draws anew: what a search
 * stops at the moment that half of its own draws are wrong is held by every second majority of others.
 */
const SURE = 0.4;

/**
 * By how much the ball may grow beyond an iterate's length for the judged form to fool the model: in steps on a grid, as
 * a share of the length without (where float32 rounds).
 */
const STEPS = [0, 1, 2, 4];
const SHARES = [1e-6, 1e-5, 1e-4, 1e-3];

/** The radii that are tried for an iterate of this length; a count of values (L0) has nothing to grow by. */
function radiiFor(length: number, { norm, grid }: Task["arena"]): number[] {
  if (norm === "L0") return [length];
  if (grid === null) return SHARES.map((share) => length * (1 + share));
  return STEPS.map((steps) => (Math.ceil(length * grid - 1e-6) + steps) / grid);
}

/**
 * For minimal-norm attacks: asks again at `x` as it would be judged in a ball just large enough for it, and gives that
 * form and its distance in the arena's norm, when it still fools the model. Where rounding loses it, the ball grows.
 */
export function* confirmDistance(
  task: Task,
  x: Float32Array,
  gradient?: Float32Array,
): Asking<{ example: Float32Array; distance: number } | null> {
  const { clean, arena } = task;
  const length = lengthOf(arena.norm, x, clean);
  const key = arena.norm.toLowerCase() as keyof Distance;
  for (const radius of radiiFor(length, arena)) {
    const wider = { ...arena, epsilon: radius };
    const stretched = x.map((value, i) => clean[i]! + ((value - clean[i]!) * radius) / length);
    const example = yield* confirm({ ...task, arena: wider }, stretched, gradient);
    if (!example) continue;
    const verdict = judgeRow(example, clean, wider);
    if (verdict.admissible) return { example, distance: verdict.distance[key] };
  }
  return null;
}
