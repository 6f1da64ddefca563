// Madry, Makelov, Schmidt, Tsipras and Vladu, "Towards deep learning models resistant to adversarial attacks", ICLR
// 2018, https://arxiv.org/abs/1706.06083; with one step from the clean input it is FGSM: Goodfellow, Shlens and Szegedy,
// "Explaining and harnessing adversarial examples", ICLR 2015, https://arxiv.org/abs/1412.6572
import {
  type Asking,
  type Attack,
  fooled,
  lossFor,
  marginOf,
  type Outcome,
  type Query,
  type Task,
} from "#evaluator/runner/attacks/attack.ts";
import { project } from "#evaluator/runner/attacks/ball.ts";
import { confirm } from "#evaluator/runner/attacks/confirm.ts";
import { randomStart } from "#evaluator/runner/attacks/start.ts";
import { stepUphill } from "#evaluator/runner/attacks/steepest.ts";
import type { LossName } from "#onnx/gradient.ts";

export interface PgdOptions {
  name?: string;
  /** Untargeted. */
  loss?: LossName;
  iterations?: number;
  /** In units of the radius; by default 2.5 / iterations, so that the iterates can cross the ball. */
  step?: number;
  randomStart?: boolean;
}

/** Projected gradient ascent with a fixed step. Costs `iterations` gradients and the confirmation of what it finds. */
export function pgd(options: PgdOptions = {}): Attack {
  const { iterations = 10, loss = "cross-entropy" } = options;
  const settings = { loss, iterations, step: 2.5 / iterations, randomStart: true, ...options };
  return {
    name: settings.name ?? `PGD-${iterations}`,
    asks: "gradient",
    applies: () => true,
    run: (task) => climb(task, settings),
  };
}

/** One step of the ball's radius from the clean input. */
export function fgsm(options: { loss?: LossName } = {}): Attack {
  return pgd({ ...options, name: "FGSM", iterations: 1, step: 1, randomStart: false });
}

function* climb(task: Task, settings: Required<Omit<PgdOptions, "name">>): Asking<Outcome> {
  const { arena, clean } = task;
  const outcome: Outcome = { example: null, margin: Number.NEGATIVE_INFINITY, trace: [] };
  // L0 has no step of a length: far enough for the projection to heed the gradient alone.
  const length = arena.norm === "L0" ? 64 * (arena.range[1] - arena.range[0]) : settings.step * arena.epsilon;
  const gradient = new Float32Array(clean.length);
  let x = settings.randomStart ? randomStart(task) : new Float32Array(clean);
  let next: Float32Array = new Float32Array(clean.length);
  const query: Query = { kind: "gradient", x, loss: lossFor(settings.loss, arena.classes), target: -1 };
  for (let iteration = 0; iteration < settings.iterations; iteration++) {
    query.x = x;
    const answer = yield query;
    gradient.set(answer.gradient);
    outcome.trace!.push(answer.loss);
    outcome.margin = Math.max(outcome.margin, marginOf(answer.logits, task));
    if (fooled(answer.logits, task)) outcome.example = yield* confirm(task, x, gradient);
    if (outcome.example) return outcome;
    stepUphill(next, x, gradient, arena.norm, length);
    project(next, clean, arena);
    [x, next] = [next, x];
  }
  outcome.example = yield* confirm(task, x, gradient);
  return outcome;
}
