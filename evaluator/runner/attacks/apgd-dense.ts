import { type Ascent, type Rule, returnToBest } from "#evaluator/runner/attacks/ascent.ts";
import { project } from "#evaluator/runner/attacks/ball.ts";
import { clamp } from "#evaluator/runner/attacks/clamp.ts";
import { stepUphill } from "#evaluator/runner/attacks/steepest.ts";

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
  const move = start.arena.norm === "Linf" ? boxMove(start) : projectedMove(start);
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
function boxMove({ clean, arena, radius, gradient }: Ascent): (ascent: Ascent, blend: number) => void {
  const lows = clean.map((value) => Math.max(arena.range[0], value - radius));
  const highs = clean.map((value) => Math.min(arena.range[1], value + radius));
  const bits = new Int32Array(gradient.buffer);
  return (ascent, blend) => {
    const { x, previous, step } = ascent;
    moveInBox(previous, x, bits, lows, highs, step, blend);
    ascent.x = previous;
    ascent.previous = x;
  };
}

/**
 * The loop that an evaluation spends its time in: replaces `previous` by x + blend (aim - x) + (1 - blend) (x -
 * previous), clamped, where aim is the clamped x + step sign(gradient). The sign comes from the gradient's bits, without
 * a branch (see clamp).
 */
function moveInBox(
  previous: Float32Array,
  x: Float32Array,
  bits: Int32Array,
  lows: Float32Array,
  highs: Float32Array,
  step: number,
  blend: number,
): void {
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!;
    const magnitude = bits[i]! << 1;
    const nonZero = (magnitude | -magnitude) >>> 31;
    const sign = nonZero * (1 - 2 * (bits[i]! >>> 31));
    const aim = clamp(value + step * sign, lows[i]!, highs[i]!);
    const moved = value + blend * (aim - value) + (1 - blend) * (value - previous[i]!);
    previous[i] = clamp(moved, lows[i]!, highs[i]!);
  }
}

/** L2 and L0: the same move, with a projection instead of the clamp. */
function projectedMove({ clean, arena, radius }: Ascent): (ascent: Ascent, blend: number) => void {
  const aim = new Float32Array(clean.length);
  return (ascent, blend) => {
    const { x, previous } = ascent;
    stepUphill(aim, x, ascent.gradient, arena.norm, ascent.step);
    project(aim, clean, arena, radius);
    for (let i = 0; i < x.length; i++)
      previous[i] = x[i]! + blend * (aim[i]! - x[i]!) + (1 - blend) * (x[i]! - previous[i]!);
    project(previous, clean, arena, radius);
    ascent.x = previous;
    ascent.previous = x;
  };
}
