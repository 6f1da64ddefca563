import { type Ascent, moveTo, nextIterate, type Rule, returnToBest } from "#evaluator/runner/attacks/ascent.ts";
import { project } from "#evaluator/runner/attacks/ball.ts";
import { stepUphill } from "#evaluator/runner/attacks/steepest.ts";
import { moveInBox } from "#evaluator/runner/kernels/box.ts";

/** The share of the new step in a move; the rest repeats the last move. */
const BLEND = 0.75;
/** First period between checkpoints, by how much each is shorter, and the shortest, as shares of the iterations. */
const PERIOD = 0.22;
const SHORTER = 0.03;
const SHORTEST = 0.06;

/** The length of the first step: across the ball, or (L0) so far that the projection heeds the gradient alone. */
export function firstStep({ norm, range }: Ascent["arena"], radius: number): number {
  return norm === "L0" ? 64 * (range[1] - range[0]) : 2 * radius;
}

/**
 * Steps with momentum whose length halves, from the best iterate, when at a checkpoint too few of the last moves raised
 * the loss (`rho` of them), or when a whole period at an unchanged length found nothing better.
 */
export function denseRule(iterations: number, rho: number, start: Ascent): Rule {
  const shares = (share: number) => Math.max(Math.floor(share * iterations), 1);
  const [shorter, shortest] = [shares(SHORTER), shares(SHORTEST)];
  let period = shares(PERIOD);
  let moves = 0;
  let rises = 0;
  let halved = true;
  let bestBefore = Number.NEGATIVE_INFINITY;
  const move = start.arena.norm === "Linf" ? boxMove : projectedMove(start);
  return {
    move: (ascent, iteration) => move(ascent, iteration === 0 ? 1 : BLEND),
    check(ascent, rose) {
      if (rose) rises++;
      if (++moves < period) return;
      const stalled = !halved && ascent.bestLoss <= bestBefore;
      halved = rises <= rho * period || stalled;
      bestBefore = ascent.bestLoss;
      if (halved) {
        ascent.step /= 2;
        returnToBest(ascent);
      }
      period = Math.max(period - shorter, shortest);
      moves = 0;
      rises = 0;
    },
  };
}

/** Linf: ball and range are one box. */
function boxMove(ascent: Ascent, blend: number): void {
  const { x, previous, gradient, clean, radius, arena, step } = ascent;
  const next = nextIterate(ascent);
  moveInBox(next, x, previous, gradient, { clean, radius, range: arena.range }, step, blend);
  moveTo(ascent, next);
}

/** L2 and L0: the same move, with a projection instead of the clamp. */
function projectedMove({ clean, arena, radius }: Ascent): (ascent: Ascent, blend: number) => void {
  const aim = new Float32Array(clean.length);
  return (ascent, blend) => {
    const { x, previous } = ascent;
    const next = nextIterate(ascent);
    stepUphill(aim, x, ascent.gradient, arena.norm, ascent.step);
    project(aim, clean, arena, radius);
    for (let i = 0; i < x.length; i++)
      next[i] = x[i]! + blend * (aim[i]! - x[i]!) + (1 - blend) * (x[i]! - previous[i]!);
    project(next, clean, arena, radius);
    moveTo(ascent, next);
  };
}
