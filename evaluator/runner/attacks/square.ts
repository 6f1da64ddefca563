// Andriushchenko, Croce, Flammarion and Hein, "Square Attack: a query-efficient black-box adversarial attack via random
// search", ECCV 2020, https://arxiv.org/abs/1912.00049; its L1 form is from https://arxiv.org/abs/2103.01208
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
import { moveEnergy, place, tiles } from "#evaluator/runner/attacks/square-energy.ts";

export interface SquareOptions {
  queries?: number;
  /** The share of the image that the first squares cover. */
  first?: number;
  /** Linf: end a search whose margin has kept too much of its clean size, see `STAYS`. */
  giveUp?: boolean;
}

/**
 * A search is given up where, after so many queries, more than this share of the clean margin is left, and since the look
 * before it has won less than a quarter of what is left: squares only get smaller. Of 84 searches in L-infinity that
 * succeeded on five networks, those that were still under way at one of these places had at most half of that share left
 * (of the first query's margin). L2 and L1 come nearer until the end. It goes by the size of scores, so it is no rule for
 * models that squash them.
 */
const STAYS: readonly { queries: number; share: number }[] = [
  { queries: 250, share: 1 },
  { queries: 500, share: 1 / 2 },
  { queries: 1000, share: 1 / 4 },
  { queries: 2000, share: 1 / 8 },
];
const STILL = 0.25;

/** After this many queries the share of the image halves once more (the schedule for 10,000 queries, unscaled). */
const HALVINGS = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

/** The share of the image that a square covers at this query. */
export function shareAt(query: number, first: number): number {
  return first / 2 ** HALVINGS.filter((after) => query > after).length;
}

/**
 * Random search with squares: changes one square of the image, and keeps the change when it lowers the label's margin.
 * Asks for `queries` + 1 scores and the confirmations. Linf, L2 and L1.
 */
export function square(options: SquareOptions = {}): Attack {
  const settings = { queries: 5000, first: 0.8, giveUp: false, ...options };
  return {
    name: "Square",
    asks: "scores",
    applies: (arena) => arena.norm !== "L0",
    run: (task) => search(task, settings),
  };
}

function* search(task: Task, { queries, first, giveUp }: Required<SquareOptions>): Asking<Outcome> {
  const outcome: Outcome = { example: null, margin: Number.NEGATIVE_INFINITY };
  const candidate = task.arena.norm === "Linf" ? stripes(task) : tiles(task);
  const best = Float32Array.from(candidate);
  const lead = -marginOf(task.cleanLogits, task);
  const looks = giveUp && task.arena.norm === "Linf" ? STAYS : [];
  let before = Number.NEGATIVE_INFINITY;
  for (let query = 0; query <= queries; query++) {
    if (query > 0) {
      candidate.set(best);
      if (task.arena.norm === "Linf") paintSquare(candidate, task, shareAt(query - 1, first));
      else moveEnergy(candidate, task, shareAt(query - 1, first));
    }
    const { logits } = yield { kind: "scores", x: candidate, rows: 1 };
    const margin = marginOf(logits, task);
    const success = fooled(logits, task);
    if (margin > outcome.margin || success) best.set(candidate);
    outcome.margin = Math.max(outcome.margin, margin);
    if (success) outcome.example = yield* confirm(task, candidate);
    if (outcome.example) return outcome;
    const look = looks.find(({ queries: at }) => query === at);
    if (!look) continue;
    const rose = outcome.margin - before > STILL * -outcome.margin;
    if (!rose && -outcome.margin > look.share * lead) return outcome;
    before = outcome.margin;
  }
  return outcome;
}

/** Vertical stripes of one pixel, each channel of each column at one end of the ball. */
function stripes({ clean, random, arena }: Task): Float32Array {
  const [channels, height, width] = arena.shape as [number, number, number];
  const x = new Float32Array(clean.length);
  for (let c = 0; c < channels; c++) {
    for (let column = 0; column < width; column++) {
      const change = arena.epsilon * random.sign();
      for (let row = 0; row < height; row++) {
        const i = (c * height + row) * width + column;
        x[i] = clean[i]! + change;
      }
    }
  }
  project(x, clean, arena);
  return x;
}

/** Puts a random square at one end of the ball, each channel at its own. */
function paintSquare(x: Float32Array, task: Task, share: number): void {
  const { clean, random, arena } = task;
  const [channels, height, width] = arena.shape as [number, number, number];
  const side = Math.min(Math.max(Math.round(Math.sqrt(share * height * width)), 1), height, width);
  const { top, left } = place(task, side);
  for (let c = 0; c < channels; c++) {
    const change = arena.epsilon * random.sign();
    for (let row = top; row < top + side; row++) {
      for (let column = left; column < left + side; column++) {
        const i = (c * height + row) * width + column;
        x[i] = Math.min(Math.max(clean[i]! + change, arena.range[0]), arena.range[1]);
      }
    }
  }
}
