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
  for (let done = 0; done < draws; done += TOGETHER) {
    const count = Math.min(TOGETHER, draws - done);
    const sizes = sizesOf(task);
    for (let row = 0; row < count; row++) {
      const x = rows.subarray(row * size, (row + 1) * size);
      if (task.arena.norm === "Linf" || task.arena.norm === "L2") drawDense(x, task, row % 2 === 1, sizes);
      else drawSparse(x, task, row % 2 === 1);
      project(x, task.clean, task.arena);
    }
    const { logits } = yield { kind: "scores", x: rows, rows: count };
    const wrong: number[] = [];
    for (let row = 0; row < count; row++) {
      outcome.margin = Math.max(outcome.margin, marginOf(logits, task, row));
      if (fooled(logits, task, row)) wrong.push(row);
    }
    for (const row of wrong) {
      outcome.example = yield* confirm(task, rows.subarray(row * size, (row + 1) * size));
      if (outcome.example) return outcome;
    }
  }
  return outcome;
}

/**
 * How far the draws of one question move each value: uniform up to the radius (Linf), or a normal draw scaled to the
 * radius (L2). They share these and differ in their signs, which leaves each of them as it should be distributed.
 */
function sizesOf({ clean, random, arena }: Task): Float32Array {
  const sizes = new Float32Array(clean.length);
  if (arena.norm === "Linf") random.fillUniform(sizes, 0, arena.epsilon);
  if (arena.norm !== "L2") return sizes;
  random.fillNormal(sizes);
  let squares = 0;
  for (const value of sizes) squares += value * value;
  return sizes.map((value) => (value * arena.epsilon) / Math.sqrt(squares));
}

function drawDense(x: Float32Array, { random, clean, arena }: Task, rim: boolean, sizes: Float32Array): void {
  random.fillSigns(x, 1);
  const corner = rim && arena.norm === "Linf";
  // The volume inside a sphere grows with the power of the dimension, so a uniform draw lies close to the rim.
  const scale = rim || arena.norm === "Linf" ? 1 : random.uniform() ** (1 / x.length);
  for (let i = 0; i < x.length; i++) x[i] = clean[i]! + x[i]! * (corner ? arena.epsilon : scale * sizes[i]!);
}

/** L1: the radius shared among one to all of the places; L0: as many places as the radius allows. */
function drawSparse(x: Float32Array, { random, clean, arena }: Task, rim: boolean): void {
  x.set(clean);
  const [low, high] = arena.range;
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
