// Croce and Hein, "Mind the box: l1-APGD for sparse adversarial attacks on image classifiers", ICML 2021,
// https://arxiv.org/abs/2103.01208
import { type Ascent, moveTo, nextIterate, type Rule, returnToBest } from "#evaluator/runner/attacks/ascent.ts";
import { project } from "#evaluator/runner/attacks/ball.ts";
import { lengthOf } from "#evaluator/runner/attacks/norms.ts";
import { stepUphill } from "#evaluator/runner/attacks/steepest.ts";

/** The share of values that the first step moves, from a random start. */
const FIRST_SHARE = 0.2;
/** The next steps move this many times fewer values than the best iterate has changed. */
const SPARSER = 1.5;
/** Checkpoints come every 4 % of the iterations. */
const PERIOD = 0.04;
/** The best iterate got sparser when it has less than this share of the changes that it had. */
const STEADY = 0.95;
/** The step's length shrinks by this factor, down to a tenth of the radius. */
const SHRINK = 1.5;
const SHORTEST = 10;

/**
 * The rule for L1: signs on the largest values of the gradient only, no momentum. How many follows from how sparse the
 * best iterate is; while it gets sparser the step stays long and starts from there, else it shrinks.
 */
export function sparseRule(iterations: number, start: Ascent, fresh: boolean): Rule {
  const { clean, radius } = start;
  const size = clean.length;
  const period = Math.max(Math.floor(PERIOD * iterations), 1);
  let changes = fresh ? size : lengthOf("L0", start.x, clean);
  let share = fresh ? FIRST_SHARE : changes / size / SPARSER;
  let moves = 0;
  return {
    move(ascent) {
      const next = nextIterate(ascent);
      stepUphill(next, ascent.x, ascent.gradient, "L1", ascent.step, share);
      project(next, clean, ascent.arena, radius);
      moveTo(ascent, next);
    },
    check(ascent) {
      if (++moves % period !== 0) return;
      const now = lengthOf("L0", ascent.best, clean);
      const sparser = now < STEADY * changes;
      share = now / size / SPARSER;
      ascent.step = sparser ? radius : Math.max(ascent.step / SHRINK, radius / SHORTEST);
      changes = now;
      if (sparser) returnToBest(ascent);
    },
  };
}
