import { expect, test } from "vitest";
import { lengthOf } from "#evaluator/runner/attacks/norms.ts";
import { randomStart } from "#evaluator/runner/attacks/start.ts";
import { arenaOf, NORMS } from "#evaluator/runner/attacks/testing/arenas.ts";
import { randomLinear, tasksOf } from "#evaluator/runner/attacks/testing/toy-models.ts";

const model = randomLinear("start", 36, 4);

test.each(NORMS)("%s: random starts lie in ball and range, most at the rim, and no two alike", (norm) => {
  const radius = norm === "L0" ? 5 : 2 * arenaOf(norm, null).epsilon;
  const tasks = tasksOf(model, arenaOf(norm, null), 40, "start");
  const starts = tasks.map((task) => randomStart(task, radius));
  const lengths = starts.map((x, i) => lengthOf(norm, x, tasks[i]!.clean));
  expect(Math.max(...lengths)).toBeLessThan(radius * (1 + 1e-5));
  expect(Math.max(...lengths)).toBeGreaterThan(0.99 * radius);
  for (const x of starts) for (const value of x) expect(value >= 0 && value <= 1).toBe(true);
  expect(new Set(starts.map((x, i) => x.map((value, k) => value - tasks[i]!.clean[k]!).join())).size).toBe(40);
});
