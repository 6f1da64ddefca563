// For a linear model the attack is a formula: the distance to the boundary between two classes is the gap of their
// scores over the dual norm of the difference of their weights (Moosavi-Dezfooli, Fawzi and Frossard, "DeepFool", CVPR
// 2016, https://arxiv.org/abs/1511.04599, section 2), and with a range it is the projection that FAB computes.
import {
  type Asking,
  type Attack,
  marginOf,
  type Outcome,
  type Task,
  targetsOf,
} from "#evaluator/runner/attacks/attack.ts";
import { project } from "#evaluator/runner/attacks/ball.ts";
import { confirm } from "#evaluator/runner/attacks/confirm.ts";
import { lengthOf } from "#evaluator/runner/attacks/norms.ts";
import { towardsPlane } from "#evaluator/runner/attacks/plane.ts";
import { largest } from "#evaluator/runner/attacks/select.ts";

/** Scores are weights [classes, size] times the input, plus bias [classes], whatever monotone function follows. */
export interface LinearModel {
  weights: Float32Array;
  bias: Float32Array;
}

/**
 * The exact attack on a linear model, on any norm: asks the model only to confirm. Its distance is the least radius at
 * which an input of the range reaches another class's score, before any rounding to the grid; its example, the highest
 * margin in the ball. It can differ from the best on the grid for L2 only.
 */
export function linearExact(model: LinearModel): Attack {
  return { name: "Exact (linear)", asks: "labels", applies: () => true, run: (task) => solve(task, model) };
}

function* solve(task: Task, model: LinearModel): Asking<Outcome> {
  const { clean, arena, label } = task;
  const size = clean.length;
  const scores = scoresOf(model, clean);
  const outcome = {
    example: null as Float32Array | null,
    margin: Number.NEGATIVE_INFINITY,
    distance: Number.POSITIVE_INFINITY,
  };
  const found: { x: Float32Array; w: Float32Array; margin: number }[] = [];
  for (const target of targetsOf(task, arena.classes)) {
    const w = new Float32Array(size);
    for (let i = 0; i < size; i++) w[i] = model.weights[target * size + i]! - model.weights[label * size + i]!;
    const gap = scores[label]! - scores[target]!;
    outcome.distance = Math.min(outcome.distance, distanceTo(w, gap, task));
    const x = furthest(w, task);
    const margin = marginOf(scoresOf(model, x), task);
    outcome.margin = Math.max(outcome.margin, margin);
    if (margin >= 0) found.push({ x, w, margin });
  }
  for (const { x, w } of found.sort((a, b) => b.margin - a.margin)) {
    outcome.example ??= yield* confirm(task, x, w);
    if (outcome.example) break;
  }
  return outcome;
}

function scoresOf({ weights, bias }: LinearModel, x: Float32Array): Float32Array {
  return bias.map((b, k) => {
    let score = b;
    for (let i = 0; i < x.length; i++) score += weights[k * x.length + i]! * x[i]!;
    return score;
  });
}

/** The least distance at which w.x has grown by `gap`; Infinity where the range does not allow it. */
function distanceTo(w: Float32Array, gap: number, { clean, arena }: Task): number {
  if (arena.norm === "L0") return fewest(w, gap, clean, arena.range);
  const x = new Float32Array(w.length);
  towardsPlane(x, clean, w, gap, arena.norm, arena.range);
  let grown = 0;
  for (let i = 0; i < w.length; i++) grown += w[i]! * (x[i]! - clean[i]!);
  return grown < gap * (1 - 1e-4) ? Number.POSITIVE_INFINITY : lengthOf(arena.norm, x, clean);
}

/** How much w.x gains when value i goes to the better end of the range. */
function gains(w: Float32Array, clean: Float32Array, [low, high]: [number, number]): Float64Array {
  return Float64Array.from(w, (slope, i) => Math.abs(slope) * (slope > 0 ? high - clean[i]! : clean[i]! - low));
}

function fewest(w: Float32Array, gap: number, clean: Float32Array, range: [number, number]): number {
  const ordered = gains(w, clean, range).sort().reverse();
  let missing = gap;
  for (let count = 0; count < ordered.length; count++) {
    if (missing <= 0) return count;
    missing -= ordered[count]!;
  }
  return missing <= 0 ? ordered.length : Number.POSITIVE_INFINITY;
}

/** The input of ball and range at which w.x is highest. */
function furthest(w: Float32Array, { clean, arena }: Task): Float32Array {
  const [low, high] = arena.range;
  if (arena.norm === "L0") {
    const least = largest(gains(w, clean, arena.range), arena.epsilon);
    let left = arena.epsilon;
    const all = gains(w, clean, arena.range);
    return clean.map((value, i) => (all[i]! >= least && left-- > 0 ? (w[i]! > 0 ? high : low) : value));
  }
  if (arena.norm === "L1") return spend(w, clean, arena.epsilon, arena.range);
  // A step this long makes the projection of x + step * w the highest point (Linf and L2) to within float32.
  const x = clean.map((value, i) => value + 1e6 * (high - low) * (arena.norm === "Linf" ? Math.sign(w[i]!) : w[i]!));
  project(x, clean, arena);
  return x;
}

/** L1: the steepest values go to the end of the range, one after the other, until the radius is spent. */
function spend(w: Float32Array, clean: Float32Array, radius: number, [low, high]: [number, number]): Float32Array {
  const x = new Float32Array(clean);
  let left = radius;
  for (const i of Array.from(w.keys()).sort((a, b) => Math.abs(w[b]!) - Math.abs(w[a]!))) {
    const size = Math.min(left, w[i]! > 0 ? high - clean[i]! : clean[i]! - low);
    x[i] = clean[i]! + Math.sign(w[i]!) * size;
    left -= size;
  }
  return x;
}
