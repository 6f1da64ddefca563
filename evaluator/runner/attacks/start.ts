import type { Task } from "#evaluator/runner/attacks/attack.ts";
import { project } from "#evaluator/runner/attacks/ball.ts";
import { spareArray } from "#evaluator/runner/attacks/spares.ts";
import { stretchInBox } from "#evaluator/runner/kernels/box.ts";

/**
 * A random point of ball and range, at the ball's rim where the range allows: uniform and stretched until it touches
 * (Linf), a random direction (L2), normal noise projected (L1), or random values at random places (L0).
 */
export function randomStart(task: Task, radius = task.arena.epsilon): Float32Array {
  const { clean, random, arena } = task;
  const [low, high] = arena.range;
  const x = spareArray(clean.length);
  if (arena.norm === "L0") {
    x.set(clean);
    for (let k = 0; k < radius; k++) x[random.below(x.length)] = low + (high - low) * random.uniform();
    return x;
  }
  if (arena.norm === "Linf") {
    random.fillUniform(x, -1, 1);
    stretchInBox(x, { clean, radius, range: arena.range });
    return x;
  }
  random.fillNormal(x);
  let squares = 0;
  for (const value of x) squares += value * value;
  const scale = arena.norm === "L1" ? high - low : radius / Math.sqrt(squares);
  for (let i = 0; i < x.length; i++) x[i] = clean[i]! + x[i]! * scale;
  project(x, clean, arena, radius);
  return x;
}
