import type { Attack, Ball, Task } from "#evaluator/runner/attacks/attack.ts";
import { type Oracle, runAttack } from "#evaluator/runner/attacks/pool.ts";

/** Which of the tasks fall to an attack (places in `tasks`), in a ball of their own where one is given. */
export async function fallTo(attack: Attack, tasks: Task[], oracle: Oracle, arena?: Ball): Promise<Set<number>> {
  const { settled } = await runAttack(
    attack,
    tasks.map((task) => (arena ? { ...task, arena } : task)),
    oracle,
  );
  return new Set(settled.keys().filter((i) => settled[i]!.outcome.example !== null));
}

/** The ball that holds the whole range, in any norm. */
export function unbounded(arena: Ball): Ball {
  const size = arena.shape.reduce((a, b) => a * b, 1);
  const width = arena.range[1] - arena.range[0];
  const radius = { Linf: width, L2: width * Math.sqrt(size), L1: width * size, L0: size }[arena.norm];
  return { ...arena, epsilon: radius };
}
