// Croce and Hein, "Minimally distorted adversarial examples with a fast adaptive boundary attack", ICML 2020,
// https://arxiv.org/abs/1907.02044; the targeted form is from https://arxiv.org/abs/2003.01690
import {
  type Asking,
  type Attack,
  fooled,
  marginOf,
  type Outcome,
  type Query,
  type Task,
  targetsOf,
} from "#evaluator/runner/attacks/attack.ts";
import { confirm, confirmDistance } from "#evaluator/runner/attacks/confirm.ts";
import { lengthOf } from "#evaluator/runner/attacks/norms.ts";
import { alongPlane } from "#evaluator/runner/attacks/plane.ts";
import { giveBack, spareArray } from "#evaluator/runner/attacks/spares.ts";
import { randomStart } from "#evaluator/runner/attacks/start.ts";
import { scaleChange } from "#evaluator/runner/kernels/change.ts";
import type { BoundarySteps } from "#evaluator/runner/kernels/plane.ts";

export interface FabOptions {
  iterations?: number;
  /** How many classes, the most likely ones first. */
  targets?: number;
  /** Runs for each target: the first from the clean input, the rest from random points half a radius away. */
  restarts?: number;
  /** Go on to the nearest example instead of leaving with the first inside the ball. */
  minimise?: boolean;
  /** Without minimising: end a run that has settled outside the ball, see `hasSettled`. */
  giveUp?: boolean;
}

const defaults = { iterations: 100, targets: 9, restarts: 1, minimise: false, giveUp: false };

/** The largest pull towards the clean input. */
const MOST_PULL = 0.1;
/** How far beyond the linearised boundary a step goes. */
const OVERSHOOT = 1.05;
/** What is kept of the change after an iterate has fooled the model. */
const BACKWARD = 0.9;
/** A run is looked at after so many iterations, and again every few. */
const TRIED = 15;
const APART = 5;
/** What is still missing is out of reach when it is more than so many times what the last few iterations gained, ... */
const BEYOND = 3;
/** ... unless the nearest wrong input is as close as this, in radii: there runs may stand still for long and still arrive. */
const CLOSE = 1.06;
/** By so much of the radius rounding may put a distance beyond it. */
const TINY = 1e-8;

/**
 * FAB-T: walks along the boundary to one class at a time, each step onto the plane that approximates it, drawn towards
 * the clean input. Linf, L2 and L1. A run costs `iterations` gradients and as many scores. Its outcome's distance is
 * that of the nearest example it met: the least there is only with `minimise`.
 */
export function fab(options: FabOptions = {}): Attack {
  const settings = { ...defaults, ...options };
  return {
    name: "FAB-T",
    asks: "gradient",
    applies: ({ norm }) => norm !== "L0",
    run: (task) => runs(task, settings),
  };
}

/** What the runs on one image share. */
interface Search extends Required<FabOptions> {
  task: Task;
  outcome: Outcome & { distance: number };
}

function* runs(task: Task, settings: Required<FabOptions>): Asking<Outcome> {
  const outcome = { example: null, margin: Number.NEGATIVE_INFINITY, distance: Number.POSITIVE_INFINITY };
  const search: Search = { ...settings, task, outcome };
  const [x, gradient] = [spareArray(task.clean.length), spareArray(task.clean.length)];
  targets: for (const target of targetsOf(task, settings.targets)) {
    for (let restart = 0; restart < settings.restarts; restart++) {
      const radius = Math.min(outcome.distance, task.arena.epsilon) / 2;
      x.set(restart === 0 ? task.clean : randomStart(task, radius));
      yield* walk(search, target, x, gradient);
      if (outcome.example && !settings.minimise) break targets;
    }
  }
  giveBack([x, gradient]);
  return outcome;
}

/** From x, which it leaves anywhere; the gradient is its own. */
function* walk(search: Search, target: number, x: Float32Array, gradient: Float32Array): Asking<void> {
  const { task, outcome } = search;
  const { clean, arena } = task;
  const steps: BoundarySteps = {
    ...{ here: { size: 0, length: 0 }, there: { size: 0, length: 0 } },
    ...{ beyond: OVERSHOOT, mostPull: MOST_PULL },
  };
  const climb: Query = { kind: "gradient", x, loss: "targeted-margin", target };
  const look: Query = { kind: "scores", x, rows: 1 };
  const mayEnd = search.giveUp && !search.minimise;
  let nearest = Number.POSITIVE_INFINITY;
  let nearestBefore = Number.POSITIVE_INFINITY;
  for (let iteration = 0; iteration < search.iterations; iteration++) {
    if (mayEnd && iteration >= TRIED - APART && iteration % APART === 0) {
      if (iteration >= TRIED && hasSettled(nearest, nearestBefore, arena.epsilon)) return;
      nearestBefore = nearest;
    }
    const answer = yield climb;
    gradient.set(answer.gradient);
    alongPlane(x, clean, gradient, -answer.loss, arena, steps);
    const { logits } = yield look;
    outcome.margin = Math.max(outcome.margin, marginOf(logits, task));
    if (!fooled(logits, task)) continue;
    const length = lengthOf(arena.norm, x, clean);
    if (length < nearest) {
      nearest = length;
      yield* keep(search, x, gradient, length);
      if (outcome.example && !search.minimise) return;
    }
    scaleChange(x, clean, BACKWARD);
  }
}

/**
 * Whether the nearest wrong input so far is out of reach of the ball: runs come nearer by less and less. Of 3,069 whole
 * runs of 100 iterations on five networks (L-infinity) this ended one of the 54 that came inside, and 5 of 158 of 360 runs
 * in L2, none of them a point's last. A run that has met no wrong input yet has not settled.
 */
function hasSettled(nearest: number, before: number, epsilon: number): boolean {
  return nearest > CLOSE * epsilon && nearest - epsilon > BEYOND * (before - nearest);
}

/** Confirms an iterate that fooled the model: inside the ball as an example, or (to minimise) wherever it is. */
function* keep(
  { task, outcome, minimise }: Search,
  x: Float32Array,
  gradient: Float32Array,
  length: number,
): Asking<void> {
  if (minimise) {
    const found = length < outcome.distance ? yield* confirmDistance(task, x, gradient) : null;
    if (!found || found.distance >= outcome.distance) return;
    outcome.distance = found.distance;
    if (found.distance <= task.arena.epsilon * (1 + TINY)) outcome.example = found.example;
  } else if (length <= task.arena.epsilon) {
    outcome.example = yield* confirm(task, x, gradient);
    if (outcome.example) outcome.distance = lengthOf(task.arena.norm, outcome.example, task.clean);
  }
}
