import { type Ball, type Task, targetsOf } from "#evaluator/runner/attacks/attack.ts";
import { lengthOf } from "#evaluator/runner/attacks/norms.ts";
import type { Linear } from "#evaluator/runner/attacks/testing/toy-models.ts";

/** The most that w.(x - clean) reaches in the ball cut with the range, by the plainest means for each norm. */
export function highestGain(w: Float64Array, clean: Float32Array, arena: Ball): number {
  const [low, high] = arena.range;
  const radius = arena.epsilon;
  const room = w.map((slope, i) => (slope > 0 ? high - clean[i]! : clean[i]! - low));
  const gain = (size: (i: number) => number) => w.reduce((sum, slope, i) => sum + Math.abs(slope) * size(i), 0);
  if (arena.norm === "Linf") return gain((i) => Math.min(radius, room[i]!));
  if (arena.norm === "L0") {
    const gains = Array.from(w, (slope, i) => Math.abs(slope) * room[i]!).sort((a, b) => b - a);
    return gains.slice(0, radius).reduce((a, b) => a + b, 0);
  }
  if (arena.norm === "L1") {
    let left = radius;
    let sum = 0;
    for (const i of Array.from(w.keys()).sort((a, b) => Math.abs(w[b]!) - Math.abs(w[a]!))) {
      const size = Math.min(left, room[i]!);
      left -= size;
      sum += size * Math.abs(w[i]!);
    }
    return sum;
  }
  // L2: in proportion to the slope and cut at the room, at the scale at which that has length `radius`.
  let [below, above] = [0, 1e6];
  for (let pass = 0; pass < 100; pass++) {
    const middle = (below + above) / 2;
    let squares = 0;
    for (let i = 0; i < w.length; i++) squares += Math.min(Math.abs(w[i]!) * middle, room[i]!) ** 2;
    if (squares < radius ** 2) below = middle;
    else above = middle;
  }
  return gain((i) => Math.min(Math.abs(w[i]!) * below, room[i]!));
}

/** The highest margin that any input of the ball cut with the range reaches on a linear model. */
export function highestMargin(model: Linear, task: Task, radius = task.arena.epsilon): number {
  const scores = model.scores(task.clean);
  return Math.max(
    ...targetsOf(task, model.classes).map((target) => {
      const w = Float64Array.from(
        { length: model.size },
        (_, i) => weight(model, target, i) - weight(model, task.label, i),
      );
      return scores[target]! - scores[task.label]! + highestGain(w, task.clean, { ...task.arena, epsilon: radius });
    }),
  );
}

const weight = ({ weights, size }: Linear, k: number, i: number) => weights[k * size + i]!;

/** The least radius at which a linear model can be fooled, by bisection (L0: by counting). */
export function leastRadius(model: Linear, task: Task): number {
  if (task.arena.norm === "L0") {
    let count = 1;
    while (count <= model.size && highestMargin(model, task, count) <= 0) count++;
    return count;
  }
  const far = task.clean.map((value) =>
    value > (task.arena.range[0] + task.arena.range[1]) / 2 ? task.arena.range[0] : task.arena.range[1],
  );
  let [below, above] = [0, lengthOf(task.arena.norm, far, task.clean)];
  for (let pass = 0; pass < 50; pass++) {
    const middle = (below + above) / 2;
    if (highestMargin(model, task, middle) > 0) above = middle;
    else below = middle;
  }
  return above;
}
