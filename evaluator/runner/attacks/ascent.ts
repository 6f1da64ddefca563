import type { Ball } from "#evaluator/runner/attacks/attack.ts";

/** The state of one run of APGD. Its arrays belong to it; `x` and `previous` change places at every step. */
export interface Ascent {
  clean: Float32Array;
  arena: Ball;
  radius: number;
  x: Float32Array;
  previous: Float32Array;
  /** The iterate of the highest loss so far, and the gradient there. */
  best: Float32Array;
  bestGradient: Float32Array;
  bestLoss: number;
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

export function ascentFrom(
  start: Float32Array,
  clean: Float32Array,
  arena: Ball,
  radius: number,
  step: number,
): Ascent {
  return {
    clean,
    arena,
    radius,
    x: start,
    previous: Float32Array.from(start),
    best: Float32Array.from(start),
    bestGradient: new Float32Array(start.length),
    bestLoss: Number.NEGATIVE_INFINITY,
    gradient: new Float32Array(start.length),
    step,
  };
}

export function keepBest(ascent: Ascent, loss: number): void {
  ascent.best.set(ascent.x);
  ascent.bestGradient.set(ascent.gradient);
  ascent.bestLoss = loss;
}

export function returnToBest(ascent: Ascent): void {
  ascent.x.set(ascent.best);
  ascent.gradient.set(ascent.bestGradient);
}
