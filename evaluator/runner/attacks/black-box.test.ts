import { describe, expect, test } from "vitest";
import type { Attack, Ball } from "#evaluator/runner/attacks/attack.ts";
import { hopSkipJump } from "#evaluator/runner/attacks/hop-skip-jump.ts";
import { nes } from "#evaluator/runner/attacks/nes.ts";
import { noise } from "#evaluator/runner/attacks/noise.ts";
import { type Oracle, runAttack } from "#evaluator/runner/attacks/pool.ts";
import { rays } from "#evaluator/runner/attacks/rays.ts";
import { shareAt, square } from "#evaluator/runner/attacks/square.ts";
import { arenaOf, NORMS } from "#evaluator/runner/attacks/testing/arenas.ts";
import { highestMargin } from "#evaluator/runner/attacks/testing/exact.ts";
import {
  type Linear,
  oracleOf,
  randomLinear,
  type ToyModel,
  tasksOf,
} from "#evaluator/runner/attacks/testing/toy-models.ts";

const POINTS = 30;

/** Scores only; where `labels`, not even those: the label's score is 1 and the others are 0. */
function without(model: ToyModel, labels: boolean): Oracle {
  const oracle = oracleOf(model, 32);
  const scores: Oracle["scores"] = async (x, rows) => {
    const logits = await oracle.scores(x, rows);
    if (!labels) return logits;
    for (let row = 0; row < rows; row++) {
      const one = logits.subarray(row * model.classes, (row + 1) * model.classes);
      const label = one.indexOf(Math.max(...one));
      one.fill(0)[label] = 1;
    }
    return logits;
  };
  const gradients: Oracle["gradients"] = async () => {
    throw new Error("a black box has no gradients");
  };
  return { batch: 32, gradients, scores, verdicts: scores };
}

const model = randomLinear("black box", 36, 4);

/** The share of the points which can be fooled at all that the attack fools. */
async function success(attack: Attack, arena: Ball, of: Linear = model): Promise<number> {
  const tasks = tasksOf(of, arena, POINTS, "black box", attack.name);
  const can = tasks.filter((task) => highestMargin(of, task) > 0).length;
  const { settled } = await runAttack(attack, tasks, without(of, attack.asks === "labels"));
  expect(can).toBeGreaterThan(5);
  return settled.filter(({ outcome }) => outcome.example).length / can;
}

describe.each(["Linf", "L2", "L1"] as const)("%s, through scores alone", (norm) => {
  const arena = arenaOf(norm, 255, { epsilon: 1.5 * arenaOf(norm, 255).epsilon });
  test("Square finds most of what there is", async () => {
    expect(await success(square({ queries: 1500 }), arena)).toBeGreaterThan(norm === "Linf" ? 0.85 : 0.6);
  });
  test("NES finds nearly all of what there is", async () => {
    expect(await success(nes({ steps: 40 }), arena)).toBeGreaterThan(0.85);
  });
  test("SPSA finds nearly all of what there is", async () => {
    expect(await success(nes({ estimator: "SPSA", steps: 60 }), arena)).toBeGreaterThan(norm === "Linf" ? 0.85 : 0.6);
  });
});

describe.each([255, null])("through labels alone, grid %s", (grid) => {
  test.each(["Linf", "L2"] as const)("HopSkipJump finds most of what there is (%s)", async (norm) => {
    const arena = arenaOf(norm, grid, { epsilon: 1.5 * arenaOf(norm, grid).epsilon });
    expect(await success(hopSkipJump({ steps: 15 }), arena)).toBeGreaterThan(0.6);
  });
  test("RayS finds most of what there is (Linf)", async () => {
    const arena = arenaOf("Linf", grid, { epsilon: 18 / 255 });
    expect(await success(rays({ queries: 2000 }), arena)).toBeGreaterThan(0.85);
  });
});

test.each(NORMS)(
  "noise: finds something in a ball where wrong answers are common, nothing where there is none (%s)",
  async (norm) => {
    const far = arenaOf(norm, 255, { epsilon: { Linf: 0.5, L2: 3, L1: 16, L0: 18 }[norm] });
    expect(await success(noise({ draws: 400 }), far)).toBeGreaterThan(0.3);
    const one: ToyModel = { ...model, scores: () => Float64Array.of(1, 0, 0, 0) };
    const { settled } = await runAttack(noise({ draws: 130 }), tasksOf(one, far, 2, "n"), oracleOf(one, 64));
    expect(settled.map(({ outcome, scores }) => [outcome.example, scores])).toEqual([
      [null, 130],
      [null, 130],
    ]);
  },
);

test("noise leaves draws out only where the margins drawn are far from 0, move, and do not stray", async () => {
  const near = arenaOf("Linf", null, { epsilon: 0.01 });
  const spent = async (margin: (sum: number) => number, brisk = false) => {
    const scores = (x: Float32Array) => Float64Array.of(margin(x.reduce((a, b) => a + b, 0)), 0, -1, -1);
    const tasks = tasksOf({ ...model, scores }, near, 1, "n");
    return (await runAttack(noise({ draws: 1500, brisk }), tasks, oracleOf({ ...model, scores }, 64))).scores;
  };
  const [task] = tasksOf(model, near, 1, "n");
  const middle = task!.clean.reduce((a, b) => a + b, 0);
  expect(await spent((sum) => 1 + (sum - middle))).toBe(1000);
  expect(await spent((sum) => 1 + (sum - middle), true)).toBe(200);
  for (const brisk of [false, true]) expect(await spent((sum) => 0.23 + (sum - middle), brisk)).toBe(1500);
  expect(await spent(() => 1)).toBe(1500);
  expect(await spent((sum) => 1 + 0.001 * (sum - middle) - 0.5 * +(sum - middle > 0.14))).toBe(1500);
});

test("a square's share of the image halves after 10, 50, 200, 500, 1000, 2000, 4000, 6000 and 8000 queries", () => {
  const at = [10, 11, 51, 201, 501, 1001, 2001, 4001, 6001, 8001, 9999].map((query) => 0.8 / shareAt(query, 0.8));
  expect(at).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 512]);
});

test("a point that stands costs Square its queries and one for the start, and RayS no more than its budget", async () => {
  const deaf: ToyModel = { ...model, scores: () => Float64Array.of(1, 0, 0, 0) };
  const arena = arenaOf("Linf", 255);
  const spent = async (attack: Attack) =>
    (await runAttack(attack, tasksOf(deaf, arena, 1, "s"), without(deaf, false))).scores;
  expect(await spent(square({ queries: 300 }))).toBe(301);
  expect(await spent(rays({ queries: 300 }))).toBe(300);
});

test("Square gives up where most of the margin is left, and finds what is near all the same", async () => {
  const arena = arenaOf("Linf", null);
  const all = async (giveUp: boolean) => {
    const tasks = tasksOf(model, arena, POINTS, "black box", "Square");
    const { settled, scores } = await runAttack(square({ queries: 1500, giveUp }), tasks, without(model, false));
    return { fallen: settled.map(({ outcome }) => outcome.example !== null), scores };
  };
  const [whole, short] = [await all(false), await all(true)];
  expect(short.fallen).toEqual(whole.fallen);
  expect(whole.fallen).toContain(true);
  expect(short.scores).toBeLessThan(0.75 * whole.scores);
});

test("HopSkipJump begins where another attack left a wrong input", async () => {
  const arena = arenaOf("L2", null, { epsilon: 0.4 });
  const attack = hopSkipJump({ steps: 8 });
  const tasks = tasksOf(model, arena, 1, "black box", attack.name);
  const target = tasksOf(model, arena, 40, "other").find(({ label }) => label !== tasks[0]!.label)!;
  tasks[0]!.starts.push(target.clean);
  let first: number[] | undefined;
  const oracle = without(model, true);
  const scores: Oracle["scores"] = (x, rows) => {
    first ??= [...x.subarray(0, 36)];
    return oracle.scores(x, rows);
  };
  await runAttack(attack, tasks, { ...oracle, scores });
  expect(first).toEqual([...target.clean]);
});
