// Andriushchenko, Croce, Flammarion and Hein, "Square Attack: a query-efficient black-box adversarial attack via random
// search", ECCV 2020, https://arxiv.org/abs/1912.00049; its L1 form is from https://arxiv.org/abs/2103.01208
import {
  type Asking,
  type Attack,
  fooled,
  marginOf,
  type Outcome,
  type Query,
  type Task,
} from "#evaluator/runner/attacks/attack.ts";
import { project } from "#evaluator/runner/attacks/ball.ts";
import { clamp } from "#evaluator/runner/attacks/clamp.ts";
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
  const inBox = task.arena.norm === "Linf";
  const x = inBox ? stripes(task) : tiles(task);
  const { move, undo } = inBox ? squareMoves(x, task) : energyMoves(x, task);
  const lead = -marginOf(task.cleanLogits, task);
  const looks = giveUp && inBox ? STAYS : [];
  const query: Query = { kind: "scores", x, rows: 1 };
  let before = Number.NEGATIVE_INFINITY;
  for (let asked = 0; asked <= queries; asked++) {
    if (asked > 0) move(shareAt(asked - 1, first));
    const { logits } = yield query;
    const margin = marginOf(logits, task);
    const success = fooled(logits, task);
    if (asked > 0 && !(margin > outcome.margin || success)) undo();
    outcome.margin = Math.max(outcome.margin, margin);
    if (success) outcome.example = yield* confirm(task, x);
    if (outcome.example) return outcome;
    const look = looks.find(({ queries: at }) => asked === at);
    if (!look) continue;
    const rose = outcome.margin - before > STILL * -outcome.margin;
    if (!rose && -outcome.margin > look.share * lead) return outcome;
    before = outcome.margin;
  }
  return outcome;
}

/** How a search changes its image, `share` of it, and how it takes the last change back. */
interface Moves {
  move(share: number): void;
  undo(): void;
}

function energyMoves(x: Float32Array, task: Task): Moves {
  const before = new Float32Array(x.length);
  return {
    move(share) {
      before.set(x);
      moveEnergy(x, task, share);
    },
    undo: () => x.set(before),
  };
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

/** A random square at one end of the ball, each channel at its own. What it covers is kept: the whole image is seldom touched. */
function squareMoves(x: Float32Array, task: Task): Moves {
  const { clean, random, arena } = task;
  const [channels, height, width] = arena.shape as [number, number, number];
  const [low, high] = arena.range;
  const covered = new Float32Array(x.length);
  let [top, left, side] = [0, 0, 0];
  return {
    move(share) {
      side = Math.min(Math.max(Math.round(Math.sqrt(share * height * width)), 1), height, width);
      ({ top, left } = place(task, side));
      let k = 0;
      for (let c = 0; c < channels; c++) {
        const change = arena.epsilon * random.sign();
        for (let row = top; row < top + side; row++) {
          const begin = (c * height + row) * width + left;
          for (let i = begin; i < begin + side; i++) {
            covered[k++] = x[i]!;
            x[i] = clamp(clean[i]! + change, low, high);
          }
        }
      }
    },
    undo() {
      let k = 0;
      for (let c = 0; c < channels; c++) {
        for (let row = top; row < top + side; row++) {
          const begin = (c * height + row) * width + left;
          for (let i = begin; i < begin + side; i++) x[i] = covered[k++]!;
        }
      }
    },
  };
}
