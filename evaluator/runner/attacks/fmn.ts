// Pintor, Roli, Brendel and Biggio, "Fast minimum-norm adversarial attacks through adaptive norm constraints", NeurIPS
// 2021, https://arxiv.org/abs/2102.12827
import {
  type Asking,
  type Attack,
  fooled,
  marginOf,
  type Outcome,
  type Query,
  type Task,
} from "#evaluator/runner/attacks/attack.ts";
import { project } from "#evaluator/runner/attacks/ball.ts";
import { confirmDistance } from "#evaluator/runner/attacks/confirm.ts";
import { dualLength, lengthOf } from "#evaluator/runner/attacks/norms.ts";

export interface FmnOptions {
  steps?: number;
  /**
   * The first step's Euclidean length, in units of the range; the last is a hundredth of it. 1, and for L0 64: there
   * the values that moved first would keep their places for good if a step could not outweigh them.
   */
  firstStep?: number;
  /** By which share the radius shrinks or grows at first, and at last. */
  firstShare?: number;
  lastShare?: number;
}

const defaults = { steps: 100, firstShare: 0.05, lastShare: 0.001 };

/**
 * FMN: gradient ascent on the margin inside a ball whose radius shrinks while the iterate fools the model and grows
 * while it does not: the distance of the nearest example, which gives one point's part of the whole curve of robust
 * accuracy over radii. Any norm; `steps` gradients.
 */
export function fmn(options: FmnOptions = {}): Attack {
  const settings = { ...defaults, ...options };
  const run: Attack["run"] = (task) => descend(task, { firstStep: task.arena.norm === "L0" ? 64 : 1, ...settings });
  return { name: "FMN", asks: "gradient", applies: () => true, run };
}

function* descend(task: Task, { steps, firstStep, firstShare, lastShare }: Required<FmnOptions>): Asking<Outcome> {
  const { clean, arena } = task;
  const outcome: Outcome = { example: null, margin: Number.NEGATIVE_INFINITY, distance: Number.POSITIVE_INFINITY };
  const x = new Float32Array(clean);
  const gradient = new Float32Array(x.length);
  const query: Query = { kind: "gradient", x, loss: "margin", target: -1 };
  const longest = farthest(task);
  let best = longest;
  let nearest: { x: Float32Array; gradient: Float32Array } | undefined;
  let radius = arena.norm === "L0" ? 1 : Number.POSITIVE_INFINITY;
  for (let step = 0; step < steps; step++) {
    const cosine = (1 + Math.cos((Math.PI * step) / steps)) / 2;
    const share = lastShare + (firstShare - lastShare) * cosine;
    const length = lengthOf(arena.norm, x, clean);
    const answer = yield query;
    gradient.set(answer.gradient);
    outcome.margin = Math.max(outcome.margin, marginOf(answer.logits, task));
    const success = fooled(answer.logits, task);
    if (success && length <= best) {
      best = length;
      nearest = { x: new Float32Array(x), gradient: new Float32Array(gradient) };
    }
    const boundary = length + Math.abs(answer.loss) / Math.max(dualLength(arena.norm, gradient), 1e-12);
    radius = Math.min(longest, nextRadius(arena.norm, radius, share, success, nearest ? best : undefined, boundary));
    const stride = (firstStep / 100 + (firstStep - firstStep / 100) * cosine) * (arena.range[1] - arena.range[0]);
    const scale = stride / Math.max(dualLength("L2", gradient), 1e-12);
    for (let i = 0; i < x.length; i++) x[i] = x[i]! + scale * gradient[i]!;
    project(x, clean, arena, radius);
  }
  const found = nearest && (yield* confirmDistance(task, nearest.x, nearest.gradient));
  if (!found) return outcome;
  outcome.distance = found.distance;
  if (found.distance <= arena.epsilon * (1 + 1e-9)) outcome.example = found.example;
  return outcome;
}

/** The length of the longest change that the range allows. */
function farthest({ clean, arena }: Task): number {
  const [low, high] = arena.range;
  const corner = clean.map((value) => (value - low > high - value ? low : high));
  return lengthOf(arena.norm, corner, clean);
}

/**
 * `best` is undefined until something fooled the model. Until then the linearised boundary is aimed at, and (unlike in
 * the paper) a share beyond it: an iterate that lies on the boundary exactly would stay there and fool nobody.
 */
function nextRadius(
  norm: Task["arena"]["norm"],
  radius: number,
  share: number,
  success: boolean,
  best: number | undefined,
  boundary: number,
): number {
  if (norm === "L0") {
    if (!success) return Math.max(radius + 1, Math.floor(radius * (1 + share)));
    return Math.max(0, Math.min(radius - 1, Math.floor(radius * (1 - share)), best ?? radius));
  }
  if (success) return Math.min(radius * (1 - share), best ?? radius);
  return best === undefined ? boundary * (1 + share) : radius * (1 + share);
}
