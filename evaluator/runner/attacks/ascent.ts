import type { Ball } from "#evaluator/runner/attacks/attack.ts";
import { giveBack, spareArray } from "#evaluator/runner/attacks/spares.ts";

/** The state of one run of APGD. `x`, `previous` and `best` are some of its iterates, and may be the same. */
export interface Ascent {
  clean: Float32Array;
  arena: Ball;
  radius: number;
  /** Three, so that there is always one to write to that is neither x nor best. */
  iterates: Float32Array[];
  x: Float32Array;
  previous: Float32Array;
  /** The iterate of the highest loss so far, and the gradient there. */
  best: Float32Array;
  bestGradient: Float32Array;
  bestLoss: number;
  /** At x: a view of the answer, good until the next question. */
  gradient: Float32Array;
  /** The step's length. */
  step: number;
}

/** How a run moves: one for L1, one for the rest. */
export interface Rule {
  /** Replaces x by the next iterate, inside ball and range. */
  move(ascent: Ascent, iteration: number): void;
  /** Called after each move, once the loss is known: `rose` says whether it is higher than before the move. */
  check(ascent: Ascent, rose: boolean): void;
}

const NONE = new Float32Array(0);

/** `start` becomes one of its iterates. */
export function ascentFrom(
  start: Float32Array,
  clean: Float32Array,
  arena: Ball,
  radius: number,
  step: number,
): Ascent {
  const size = start.length;
  return {
    ...{ clean, arena, radius, step },
    ...{ x: start, previous: start, best: start, iterates: [start, spareArray(size), spareArray(size)] },
    ...{ bestGradient: spareArray(size), bestLoss: Number.NEGATIVE_INFINITY, gradient: NONE },
  };
}

/** Ends a run and gives its best iterate; the others are nobody's any more. */
export function endAscent({ iterates, best, bestGradient }: Ascent): Float32Array {
  giveBack([...iterates.filter((iterate) => iterate !== best), bestGradient]);
  return best;
}

/** The iterate to write the next one to, value by value: it may be `previous`. */
export function nextIterate({ iterates, x, best }: Ascent): Float32Array {
  return iterates.find((iterate) => iterate !== x && iterate !== best)!;
}

/** Makes what was written there the iterate. */
export function moveTo(ascent: Ascent, iterate: Float32Array): void {
  ascent.previous = ascent.x;
  ascent.x = iterate;
}

export function keepBest(ascent: Ascent, loss: number): void {
  ascent.best = ascent.x;
  ascent.bestGradient.set(ascent.gradient);
  ascent.bestLoss = loss;
}

export function returnToBest(ascent: Ascent): void {
  ascent.x = ascent.best;
  ascent.gradient = ascent.bestGradient;
}
