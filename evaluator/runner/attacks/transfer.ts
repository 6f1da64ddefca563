// Papernot, McDaniel and Goodfellow, "Transferability in machine learning", 2016, https://arxiv.org/abs/1605.07277
import { judgeRow } from "#contest/admissible.ts";
import {
  type Asking,
  type Attack,
  fooled,
  marginOf,
  type Outcome,
  type Task,
} from "#evaluator/runner/attacks/attack.ts";
import { lengthOf } from "#evaluator/runner/attacks/norms.ts";
import { quantise } from "#evaluator/runner/attacks/quantise.ts";
import { giveBack, spareArray } from "#evaluator/runner/attacks/spares.ts";

/** Where on the line from the clean input through a start, as shares of the ball's radius: beyond 1 it is projected. */
const SHARES = [0.25, 0.5, 0.75, 1, 2];

/**
 * Tries what fooled other models: each of the task's starts as it is judged, projected into the ball, and the line from
 * the clean input through it. One question of 6 rows for each start; nothing without starts.
 */
export function transfer(): Attack {
  return { name: "Transfer", asks: "labels", applies: () => true, run: tryStarts };
}

function* tryStarts(task: Task): Asking<Outcome> {
  const size = task.clean.length;
  const outcome: Outcome = { example: null, margin: Number.NEGATIVE_INFINITY };
  if (task.starts.length === 0) return outcome;
  const x = spareArray((1 + SHARES.length) * size);
  for (const start of task.starts) {
    const rows = candidates(start, task);
    rows.forEach((row, i) => {
      x.set(row, i * size);
    });
    const { logits } = yield { kind: "verdict", x, rows: rows.length };
    for (let row = 0; row < rows.length; row++) {
      outcome.margin = Math.max(outcome.margin, marginOf(logits, task, row));
      if (fooled(logits, task, row)) outcome.example ??= rows[row]!;
    }
    if (outcome.example) break;
  }
  giveBack([x]);
  return outcome;
}

function candidates(start: Float32Array, { clean, arena }: Task): Float32Array[] {
  const length = lengthOf(arena.norm, start, clean);
  const on = (share: number) => start.map((value, i) => clean[i]! + (value - clean[i]!) * share);
  const line = length > 0 ? SHARES.map((share) => on((share * arena.epsilon) / length)) : [];
  return [start, ...line].map((x) => quantise(x, clean, arena)).filter((row) => judgeRow(row, clean, arena).admissible);
}
