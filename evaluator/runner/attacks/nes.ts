// NES: Ilyas, Engstrom, Athalye and Lin, "Black-box adversarial attacks with limited queries and information", ICML
// 2018, https://arxiv.org/abs/1804.08598. SPSA: Uesato, O'Donoghue, van den Oord and Kohli, "Adversarial risk and the
// dangers of evaluating against weak attacks", ICML 2018, https://arxiv.org/abs/1802.05666
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
import { stepUphill } from "#evaluator/runner/attacks/steepest.ts";

export interface NesOptions {
  /** Normal directions and a fixed step uphill (NES), or random signs and Adam (SPSA). */
  estimator?: "NES" | "SPSA";
  steps?: number;
  /** Directions of one estimate; each costs two questions. */
  pairs?: number;
  /** How far along a direction the scores are asked for, in units of the range. */
  probe?: number;
  /** NES: in units of the radius. SPSA: Adam's rate, in units of the range. */
  step?: number;
}

const defaults = {
  NES: { steps: 100, pairs: 50, probe: 0.001, step: 0.05 },
  SPSA: { steps: 100, pairs: 64, probe: 0.01, step: 0.01 },
};

/** Pairs in one question. */
const TOGETHER = 25;
/** Adam's decay rates: Kingma and Ba, ICLR 2015, https://arxiv.org/abs/1412.6980 */
const [FIRST, SECOND] = [0.9, 0.999];

/**
 * Projected ascent on the margin with a gradient estimated from scores: differences along random directions. Linf, L2
 * and L1. A step costs two questions a pair, and one to look where it led.
 */
export function nes(options: NesOptions = {}): Attack {
  const { estimator = "NES" } = options;
  const settings = { estimator, ...defaults[estimator], ...options };
  return {
    name: estimator,
    asks: "scores",
    applies: ({ norm }) => norm !== "L0",
    run: (task) => climb(task, settings),
  };
}

function* climb(task: Task, settings: Required<NesOptions>): Asking<Outcome> {
  const { clean, arena } = task;
  const outcome: Outcome = { example: null, margin: Number.NEGATIVE_INFINITY, trace: [] };
  const width = arena.range[1] - arena.range[0];
  let x: Float32Array = new Float32Array(clean);
  let next: Float32Array = new Float32Array(x.length);
  const adam = adamOf(x.length, settings.step * width);
  for (let step = 0; step < settings.steps; step++) {
    const gradient = yield* estimate(x, task, settings, settings.probe * width);
    if (settings.estimator === "SPSA") adam(next, x, gradient);
    else stepUphill(next, x, gradient, arena.norm, settings.step * arena.epsilon);
    project(next, clean, arena);
    [x, next] = [next, x];
    const { logits } = yield { kind: "scores", x, rows: 1 };
    const margin = marginOf(logits, task);
    outcome.trace!.push(margin);
    outcome.margin = Math.max(outcome.margin, margin);
    if (fooled(logits, task)) outcome.example = yield* confirm(task, x, gradient);
    if (outcome.example) return outcome;
  }
  return outcome;
}

/** The gradient of the margin at x: for each direction the difference of the margins ahead and behind, along it. */
function* estimate(x: Float32Array, task: Task, settings: Required<NesOptions>, probe: number): Asking<Float32Array> {
  const size = x.length;
  const gradient = new Float32Array(size);
  const direction = new Float32Array(TOGETHER * size);
  const rows = new Float32Array(2 * TOGETHER * size);
  for (let done = 0; done < settings.pairs; done += TOGETHER) {
    const together = Math.min(TOGETHER, settings.pairs - done);
    if (settings.estimator === "NES") task.random.fillNormal(direction);
    else task.random.fillSigns(direction, 1);
    for (let pair = 0; pair < together; pair++) {
      for (let i = 0; i < size; i++) {
        const change = probe * direction[pair * size + i]!;
        rows[2 * pair * size + i] = x[i]! + change;
        rows[(2 * pair + 1) * size + i] = x[i]! - change;
      }
    }
    const { logits } = yield { kind: "scores", x: rows, rows: 2 * together };
    for (let pair = 0; pair < together; pair++) {
      const difference = marginOf(logits, task, 2 * pair) - marginOf(logits, task, 2 * pair + 1);
      if (!Number.isFinite(difference)) continue;
      const weight = difference / (2 * probe * settings.pairs);
      for (let i = 0; i < size; i++) gradient[i]! += weight * direction[pair * size + i]!;
    }
  }
  return gradient;
}

/** into = x + Adam's step of this rate. */
function adamOf(size: number, rate: number): (into: Float32Array, x: Float32Array, gradient: Float32Array) => void {
  const [mean, square] = [new Float64Array(size), new Float64Array(size)];
  let time = 0;
  return (into, x, gradient) => {
    time++;
    for (let i = 0; i < size; i++) {
      mean[i] = FIRST * mean[i]! + (1 - FIRST) * gradient[i]!;
      square[i] = SECOND * square[i]! + (1 - SECOND) * gradient[i]! ** 2;
      const scale = Math.sqrt(square[i]! / (1 - SECOND ** time)) + 1e-8;
      into[i] = x[i]! + (rate * mean[i]!) / (1 - FIRST ** time) / scale;
    }
  };
}
