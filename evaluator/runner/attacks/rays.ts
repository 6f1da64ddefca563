// Chen and Gu, "RayS: a ray searching method for hard-label adversarial attack", KDD 2020,
// https://arxiv.org/abs/2006.12792
import { type Asking, type Attack, fooled, type Outcome, type Task } from "#evaluator/runner/attacks/attack.ts";
import { confirm } from "#evaluator/runner/attacks/confirm.ts";

/** The boundary is found along a ray to within this Euclidean length, in units of the range. */
const PRECISION = 1e-3;

/**
 * Decision-based, Linf: looks for the corner of the ball in whose direction the boundary is nearest, flipping the signs
 * of halves, quarters, eighths, ... of the image. No parameter but its budget. Its outcome's distance is that of the
 * boundary along the best ray.
 */
export function rays(options: { queries?: number } = {}): Attack {
  const { queries = 10_000 } = options;
  return {
    name: "RayS",
    asks: "labels",
    applies: ({ norm }) => norm === "Linf",
    run: (task) => search(task, queries),
  };
}

/** A corner by its signs, and how far along it the boundary is; `asked` counts questions. */
interface Ray {
  signs: Float32Array;
  distance: number;
  asked: number;
}

function* search(task: Task, queries: number): Asking<Outcome> {
  const size = task.clean.length;
  const outcome: Outcome = { example: null, margin: Number.NEGATIVE_INFINITY, distance: Number.POSITIVE_INFINITY };
  const ray: Ray = { signs: new Float32Array(size).fill(1), distance: Number.POSITIVE_INFINITY, asked: 0 };
  for (let blocks = 1; ray.asked < queries; blocks *= 2) {
    const length = Math.ceil(size / Math.min(blocks, size));
    for (let from = 0; from < size && ray.asked < queries; from += length) {
      const tried = ray.signs.map((sign, i) => (i >= from && i < from + length ? -sign : sign));
      const better = yield* shorten(ray, tried, task);
      outcome.distance = ray.distance;
      // The rim in the same direction survives rounding best; the boundary itself is the next try.
      if (better && ray.distance <= task.arena.epsilon)
        outcome.example =
          (yield* confirm(task, at(task, tried, task.arena.epsilon))) ??
          (yield* confirm(task, at(task, tried, ray.distance)));
      if (outcome.example) return outcome;
    }
  }
  return outcome;
}

function at({ clean, arena }: Task, signs: Float32Array, distance: number): Float32Array {
  const [low, high] = arena.range;
  return clean.map((value, i) => Math.min(Math.max(value + distance * signs[i]!, low), high));
}

/** Takes over the signs where the boundary is nearer that way; one question where it is not. */
function* shorten(ray: Ray, signs: Float32Array, task: Task): Asking<boolean> {
  const width = task.arena.range[1] - task.arena.range[0];
  let above = Math.min(ray.distance, width);
  let below = 0;
  if (!(yield* wrong(ray, at(task, signs, above), task))) return false;
  while (above - below > (PRECISION * width) / Math.sqrt(signs.length)) {
    const middle = (above + below) / 2;
    if (yield* wrong(ray, at(task, signs, middle), task)) above = middle;
    else below = middle;
  }
  if (above >= ray.distance) return false;
  ray.distance = above;
  ray.signs = signs;
  return true;
}

function* wrong(ray: Ray, x: Float32Array, task: Task): Asking<boolean> {
  ray.asked++;
  const { logits } = yield { kind: "scores", x, rows: 1 };
  return fooled(logits, task);
}
