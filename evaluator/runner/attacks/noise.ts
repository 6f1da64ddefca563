// Random search in the ball, which no working defense falls to: a sign of masked gradients when it finds what gradients
// do not. Carlini et al., "On evaluating adversarial robustness", 2019, https://arxiv.org/abs/1902.06705, section 4.4
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
import { giveBack, spareArray } from "#evaluator/runner/attacks/spares.ts";

/** Draws in one question. */
const TOGETHER = 50;

/** When the rest of the draws are left out. */
interface Patience {
  /** Fewer draws than this decide nothing. */
  draws: number;
  /** How far away the boundary must be, in standard deviations of the margins drawn. */
  away: number;
}
const PATIENT: Patience = { draws: 1000, away: 6 };
const BRISK: Patience = { draws: 200, away: 5 };
/** In the same unit: how far out no draw may have come. */
const STRAY = 5;

/**
 * Draws from the ball, every other one from its rim: uniform values and corners (Linf), random directions at random and
 * at full length (L2), few random values (L1), random and extreme values at random places (L0). `draws` at most: after
 * 1,000 (`brisk`: 200) the rest are left out where the margins drawn show that they would find nothing.
 */
export function noise(options: { draws?: number; brisk?: boolean } = {}): Attack {
  const { draws = 10_000, brisk = false } = options;
  const patience = brisk ? BRISK : PATIENT;
  return { name: "Random noise", asks: "labels", applies: () => true, run: (task) => search(task, draws, patience) };
}

function* search(task: Task, draws: number, { draws: least, away }: Patience): Asking<Outcome> {
  const size = task.clean.length;
  const outcome: Outcome = { example: null, margin: Number.NEGATIVE_INFINITY };
  const rows = spareArray(Math.min(TOGETHER, draws) * size);
  const margins = [new Spread(), new Spread()] as const;
  const draw = task.arena.norm === "Linf" || task.arena.norm === "L2" ? denseDraws(task) : sparseDraws(task);
  for (let done = 0; done < draws; done += TOGETHER) {
    const count = Math.min(TOGETHER, draws - done);
    draw(rows, count);
    const { logits } = yield { kind: "scores", x: rows, rows: count };
    const wrong: number[] = [];
    for (let row = 0; row < count; row++) {
      const margin = marginOf(logits, task, row);
      margins[row & 1]!.add(margin);
      outcome.margin = Math.max(outcome.margin, margin);
      if (fooled(logits, task, row)) wrong.push(row);
    }
    for (const row of wrong) {
      outcome.example = yield* confirm(task, rows.subarray(row * size, (row + 1) * size));
      if (outcome.example) return outcome;
    }
    if (done + count >= least && margins.every((spread) => spread.isBeyond(away))) break;
  }
  giveBack([rows]);
  return outcome;
}

/**
 * The margins of one kind of draw. Where the model is smooth they are sums over many values, so about normal, and of nine
 * thousand more draws one comes six standard deviations out for one point in 10^5, five for one in 400. Scores that do not
 * move, or that stray further than normal ones do, say nothing of the kind, and all draws are made.
 */
class Spread {
  private count = 0;
  private mean = 0;
  private squares = 0;
  private most = Number.NEGATIVE_INFINITY;

  /** Welford, 1962. */
  add(margin: number): void {
    const away = margin - this.mean;
    this.mean += away / ++this.count;
    this.squares += away * (margin - this.mean);
    this.most = Math.max(this.most, margin);
  }

  /** Whether the boundary is more than `away` standard deviations beyond the mean. */
  isBeyond(away: number): boolean {
    const deviation = Math.sqrt(this.squares / this.count);
    return this.mean + away * deviation < 0 && deviation > 0 && this.most < this.mean + STRAY * deviation;
  }
}

/** Fills the first `count` of `rows` [TOGETHER, size] with draws. */
type Draw = (rows: Float32Array, count: number) => void;

/**
 * The draws of one question move each value as far as each other (inside the ball, and at its rim) and differ in their
 * signs, which leaves each of them as it should be distributed and costs a random bit a value. Cut at the range, which
 * leads no draw out of the ball.
 */
function denseDraws({ clean, random, arena }: Task): Draw {
  const size = clean.length;
  const inside = new Float32Array(size);
  const rim = new Float32Array(size).fill(arena.epsilon);
  return (rows, count) => {
    if (arena.norm === "Linf") random.fillUniform(inside, 0, arena.epsilon);
    else {
      random.fillNormal(rim);
      let squares = 0;
      for (const value of rim) squares += value * value;
      const scale = arena.epsilon / Math.sqrt(squares);
      // The volume inside a sphere grows with the power of the dimension, so a uniform draw lies close to the rim.
      const share = random.uniform() ** (1 / size);
      for (let i = 0; i < size; i++) rim[i] = rim[i]! * scale;
      for (let i = 0; i < size; i++) inside[i] = rim[i]! * share;
    }
    random.fillSigned(rows.subarray(0, count * size), clean, [inside, rim], arena.range);
  };
}

/** L1: the radius shared among one to all of the places; L0: as many places as the radius allows. */
function sparseDraws(task: Task): Draw {
  const { clean, arena } = task;
  const size = clean.length;
  return (rows, count) => {
    for (let row = 0; row < count; row++) {
      const x = rows.subarray(row * size, (row + 1) * size);
      drawSparse(x, task, row % 2 === 1);
      project(x, clean, arena);
    }
  };
}

function drawSparse(x: Float32Array, { random, clean, arena }: Task, rim: boolean): void {
  x.set(clean);
  const [low, high] = arena.range;
  const counted = arena.norm === "L0";
  const places = counted ? arena.epsilon : Math.ceil(x.length ** random.uniform());
  const length = counted ? 0 : (arena.epsilon * (rim ? 1 : random.uniform())) / places;
  for (let k = 0; k < places; k++) {
    const i = random.below(x.length);
    if (!counted) x[i] = x[i]! + random.sign() * length;
    else if (rim) x[i] = random.sign() > 0 ? high : low;
    else x[i] = low + (high - low) * random.uniform();
  }
}
