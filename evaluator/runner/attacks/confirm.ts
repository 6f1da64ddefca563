import { judgeRow } from "#contest/admissible.ts";
import { type Asking, fooled, type Task } from "#evaluator/runner/attacks/attack.ts";
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
  const { logits } = yield { kind: "scores", x: row, rows: 1 };
  return fooled(logits, task);
}
