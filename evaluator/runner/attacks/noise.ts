// Random search in the ball, which no working defense falls to: a sign of masked gradients when it finds what gradients
// do not. Carlini et al., "On evaluating adversarial robustness", 2019, https://arxiv.org/abs/1902.06705, section 4.4
import {
  type Asking,
  type Attack,
  fooled,
  marginOf,
  type Outcome,
  type Task,
} from "#evaluator/runner/attacks/attack.ts";
import { project } from "#evaluator/runner/attacks/ball.ts";
import { confirm } from "#evaluator/runner/attacks/confirm.ts";

/** Draws in one question. */
const TOGETHER = 50;

/**
 * Draws from the ball, every other one from its rim: uniform values and corners (Linf), random directions at random and
 * at full length (L2), few random values (L1), random and extreme values at random places (L0).
 */
export function noise(options: { draws?: number } = {}): Attack {
  const { draws = 10_000 } = options;
  return { name: "Random noise", asks: "labels", applies: () => true, run: (task) => search(task, draws) };
}

function* search(task: Task, draws: number): Asking<Outcome> {
  const size = task.clean.length;
  const outcome: Outcome = { example: null, margin: Number.NEGATIVE_INFINITY };
  const rows = new Float32Array(Math.min(TOGETHER, draws) * size);
  const lost: Float32Array[] = [];
  for (let done = 0; done < draws; done += TOGETHER) {
    const count = Math.min(TOGETHER, draws - done);
    for (let row = 0; row < count; row++) draw(rows.subarray(row * size, (row + 1) * size), task, row % 2 === 1);
    const { logits } = yield { kind: "scores", x: rows, rows: count };
    for (let row = 0; row < count; row++) {
      outcome.margin = Math.max(outcome.margin, marginOf(logits, task, row));
      if (fooled(logits, task, row)) lost.push(rows.subarray(row * size, (row + 1) * size));
    }
    for (let candidate = lost.pop(); candidate; candidate = lost.pop()) {
      outcome.example = yield* confirm(task, candidate);
      if (outcome.example) return outcome;
    }
  }
  return outcome;
}

function draw(x: Float32Array, task: Task, rim: boolean): void {
  const { random, clean, arena } = task;
  const [low, high] = arena.range;
  const radius = arena.epsilon;
  if (arena.norm === "Linf") {
    if (rim) random.fillSigns(x, radius);
    else random.fillUniform(x, -radius, radius);
    for (let i = 0; i < x.length; i++) x[i] = clean[i]! + x[i]!;
  } else if (arena.norm === "L2") {
    random.fillNormal(x);
    const length = Math.hypot(...x);
    // The volume inside a sphere grows with the power of the dimension, so a uniform draw lies close to the rim.
    const scale = (radius * (rim ? 1 : random.uniform() ** (1 / x.length))) / length;
    for (let i = 0; i < x.length; i++) x[i] = clean[i]! + scale * x[i]!;
  } else drawSparse(x, task, rim, low, high);
  project(x, clean, arena);
}

/** L1: the radius shared among one to all of the places; L0: as many places as the radius allows. */
function drawSparse(x: Float32Array, { random, clean, arena }: Task, rim: boolean, low: number, high: number): void {
  x.set(clean);
  const counted = arena.norm === "L0";
  const places = counted ? arena.epsilon : Math.ceil(x.length ** random.uniform());
  const length = counted ? 0 : (arena.epsilon * (rim ? 1 : random.uniform())) / places;
  for (let k = 0; k < places; k++) {
    const i = random.below(x.length);
    if (!counted) x[i] = x[i]! + random.sign() * length;
    else if (rim) x[i] = random.sign() > 0 ? high : low;
    else x[i] = low + (high - low) * random.uniform();
  }
}
