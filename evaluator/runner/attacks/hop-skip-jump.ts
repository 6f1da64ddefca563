// Chen, Jordan and Wainwright, "HopSkipJumpAttack: a query-efficient decision-based attack", IEEE S&P 2020,
// https://arxiv.org/abs/1904.02144
import { type Asking, type Attack, fooled, type Outcome, type Task } from "#evaluator/runner/attacks/attack.ts";
import { confirm } from "#evaluator/runner/attacks/confirm.ts";
import { lengthOf } from "#evaluator/runner/attacks/norms.ts";

export interface HopSkipJumpOptions {
  steps?: number;
  /** Draws for the first estimate of the gradient; step t takes sqrt(t) times as many. */
  firstDraws?: number;
  mostDraws?: number;
  /** No step begins after this many questions. */
  queries?: number;
}

const defaults = { steps: 64, firstDraws: 100, mostDraws: 10_000, queries: 25_000 };

/** Random images tried as a starting point, where no other attack left one. */
const STARTS = 100;
/** The first probing distance, in units of the range. */
const FIRST_PROBE = 0.1;
/** A step is halved at most this often before it is given up. */
const HALVINGS = 30;
/** Draws in one question. */
const TOGETHER = 50;

/**
 * Decision-based: knows labels only. Walks along the boundary, estimating its normal from the labels around, and leaves
 * once it is inside the ball. Linf and L2. Its outcome's distance is that of the last boundary point.
 */
export function hopSkipJump(options: HopSkipJumpOptions = {}): Attack {
  const settings = { ...defaults, ...options };
  return {
    name: "HopSkipJump",
    asks: "labels",
    applies: ({ norm }) => norm === "Linf" || norm === "L2",
    run: (task) => walk(task, settings),
  };
}

function* walk(task: Task, settings: Required<HopSkipJumpOptions>): Asking<Outcome> {
  const { clean, arena } = task;
  const outcome: Outcome = { example: null, margin: Number.NEGATIVE_INFINITY, distance: Number.POSITIVE_INFINITY };
  const count = { asked: 0 };
  const x = yield* wrongImage(task, count);
  if (!x) return outcome;
  for (let step = 0; ; step++) {
    yield* toBoundary(x, task, count);
    const distance = lengthOf(arena.norm, x, clean);
    outcome.distance = distance;
    if (distance <= arena.epsilon) outcome.example = yield* confirm(task, x);
    if (outcome.example || step === settings.steps || count.asked >= settings.queries) return outcome;
    const draws = Math.min(settings.mostDraws, Math.floor(settings.firstDraws * Math.sqrt(step + 1)));
    const normal = yield* normalAt(x, task, probeAt(task, distance, step), draws, count);
    yield* stepAway(x, task, normal, distance / Math.sqrt(step + 1), count);
  }
}

function* wrong(x: Float32Array, task: Task, count: { asked: number }): Asking<boolean> {
  count.asked++;
  const { logits } = yield { kind: "scores", x, rows: 1 };
  return fooled(logits, task);
}

/** An input of the range that the model gets wrong: what another attack left, or noise. */
function* wrongImage(task: Task, count: { asked: number }): Asking<Float32Array | null> {
  const [low, high] = task.arena.range;
  for (const start of task.starts) {
    const x = start.map((value) => Math.min(Math.max(value, low), high));
    if (yield* wrong(x, task, count)) return x;
  }
  for (let draw = 0; draw < STARTS; draw++) {
    const x = blocks(task, 1 << (draw % 4));
    if (yield* wrong(x, task, count)) return x;
  }
  return null;
}

/** Uniform noise in blocks of `side` pixels: many models see one and the same class in all fine noise. */
function blocks({ random, clean, arena }: Task, side: number): Float32Array {
  const [, height, width] = arena.shape as [number, number, number];
  const across = Math.ceil(width / side);
  const down = Math.ceil(height / side);
  const values = new Float32Array((clean.length / (height * width)) * down * across);
  random.fillUniform(values, arena.range[0], arena.range[1]);
  return clean.map((_, i) => {
    const [channel, row, column] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    return values[(channel * down + Math.floor(row / side)) * across + Math.floor(column / side)]!;
  });
}

/** How precisely the boundary is found: the paper's theta, smaller in more dimensions. */
function precision({ arena, clean }: Task): number {
  return arena.norm === "L2" ? clean.length ** -1.5 : clean.length ** -2;
}

/** Moves x, which fools the model, back towards the clean input as far as it still does, by bisection. */
function* toBoundary(x: Float32Array, task: Task, count: { asked: number }): Asking<void> {
  const { clean, arena } = task;
  const far = Float32Array.from(x);
  const middle = new Float32Array(x.length);
  const length = lengthOf("Linf", x, clean);
  const at = (share: number) => {
    for (let i = 0; i < x.length; i++) {
      const change = far[i]! - clean[i]!;
      // L2 shortens the line; Linf clips the change to a smaller box.
      const limit = share * length;
      middle[i] = clean[i]! + (arena.norm === "L2" ? share * change : Math.min(Math.max(change, -limit), limit));
    }
  };
  let below = 0;
  let above = 1;
  while (above - below > precision(task)) {
    at((below + above) / 2);
    if (yield* wrong(middle, task, count)) {
      above = (below + above) / 2;
      x.set(middle);
    } else below = (below + above) / 2;
  }
}

/** How far from the boundary the labels are asked for. */
function probeAt(task: Task, distance: number, step: number): number {
  const [low, high] = task.arena.range;
  if (step === 0) return FIRST_PROBE * (high - low);
  const dimensions = task.clean.length;
  return (task.arena.norm === "L2" ? Math.sqrt(dimensions) : dimensions) * precision(task) * distance;
}

/** Estimates which way the model's error grows: the mean of random directions, weighed by whether they fool it. */
function* normalAt(
  x: Float32Array,
  task: Task,
  probe: number,
  draws: number,
  count: { asked: number },
): Asking<Float32Array> {
  const size = x.length;
  const rows = new Float32Array(Math.min(TOGETHER, draws) * size);
  const [sum, all] = [new Float64Array(size), new Float64Array(size)];
  let signs = 0;
  for (let done = 0; done < draws; done += TOGETHER) {
    const together = Math.min(TOGETHER, draws - done);
    for (let row = 0; row < together; row++) probeInto(rows.subarray(row * size, (row + 1) * size), x, task, probe);
    const { logits } = yield { kind: "scores", x: rows, rows: together };
    count.asked += together;
    for (let row = 0; row < together; row++) {
      const sign = fooled(logits, task, row) ? 1 : -1;
      signs += sign;
      for (let i = 0; i < size; i++) {
        const change = rows[row * size + i]! - x[i]!;
        sum[i]! += sign * change;
        all[i]! += change;
      }
    }
  }
  // Subtracting the mean label lowers the estimate's variance; where all agree there is nothing to weigh by.
  const mean = Math.abs(signs) === draws ? 0 : signs / draws;
  return Float32Array.from(sum, (value, i) => value - mean * all[i]!);
}

/** A point at distance `probe` in a random direction, cut at the range. */
function probeInto(into: Float32Array, x: Float32Array, { random, arena }: Task, probe: number): void {
  if (arena.norm === "L2") random.fillNormal(into);
  else random.fillUniform(into, -1, 1);
  let squares = 0;
  for (let i = 0; i < into.length; i++) squares += into[i]! * into[i]!;
  const scale = probe / Math.sqrt(squares);
  const [low, high] = arena.range;
  for (let i = 0; i < into.length; i++) into[i] = Math.min(Math.max(x[i]! + scale * into[i]!, low), high);
}

/** Steps from the boundary to the wrong side, half as far each time until the model is fooled there. */
function* stepAway(
  x: Float32Array,
  task: Task,
  normal: Float32Array,
  length: number,
  count: { asked: number },
): Asking<void> {
  const [low, high] = task.arena.range;
  let squares = 0;
  for (const value of normal) squares += value * value;
  const direction = normal.map((value) => (task.arena.norm === "L2" ? value / Math.sqrt(squares) : Math.sign(value)));
  const stepped = new Float32Array(x.length);
  for (let halving = 0; halving < HALVINGS; halving++) {
    const step = length / 2 ** halving;
    for (let i = 0; i < x.length; i++) stepped[i] = Math.min(Math.max(x[i]! + step * direction[i]!, low), high);
    if (yield* wrong(stepped, task, count)) {
      x.set(stepped);
      return;
    }
  }
}
