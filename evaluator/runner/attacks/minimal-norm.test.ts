import { describe, expect, test } from "vitest";
import { judgeRow } from "#contest/admissible.ts";
import type { Attack, Ball } from "#evaluator/runner/attacks/attack.ts";
import { fab } from "#evaluator/runner/attacks/fab.ts";
import { fmn } from "#evaluator/runner/attacks/fmn.ts";
import { linearExact } from "#evaluator/runner/attacks/linear-exact.ts";
import { runAttack } from "#evaluator/runner/attacks/pool.ts";
import { arenaOf, NORMS } from "#evaluator/runner/attacks/testing/arenas.ts";
import { highestMargin, leastRadius } from "#evaluator/runner/attacks/testing/exact.ts";
import { type Linear, oracleOf, randomLinear, tasksOf } from "#evaluator/runner/attacks/testing/toy-models.ts";

const POINTS = 30;
const run = async (attack: Attack, model: Linear, arena: Ball) => {
  const tasks = tasksOf(model, arena, POINTS, "minimal", attack.name);
  const { settled, ...spent } = await runAttack(attack, tasks, oracleOf(model, 16));
  const least = tasks.map((task) => leastRadius(model, task));
  return { settled, spent, tasks, ratios: settled.map(({ outcome }, i) => outcome.distance! / least[i]!) };
};

const four = randomLinear("four", 36, 4);
const two = randomLinear("two", 36, 2);
const withBox = (norm: Ball["norm"]) => arenaOf(norm, null);
const withoutBox = (norm: Ball["norm"]) => arenaOf(norm, null, { range: [-50, 50] });

describe.each(["Linf", "L2", "L1"] as const)("%s", (norm) => {
  test.each([
    ["with the range in the way", withBox(norm)],
    ["far from the range's ends", withoutBox(norm)],
  ])("FAB reaches the least distance on a linear model within a hundredth, %s", async (_, arena) => {
    const { ratios } = await run(fab({ targets: 3, minimise: true }), four, arena);
    expect(Math.max(...ratios)).toBeLessThan(1.01);
    expect(Math.min(...ratios)).toBeGreaterThan(0.9999);
  });

  test("FAB without minimising leaves with an example wherever there is one in the ball", async () => {
    const { settled, tasks } = await run(fab({ targets: 3 }), four, withBox(norm));
    expect(settled.map(({ outcome }) => outcome.example !== null)).toEqual(
      tasks.map((task) => highestMargin(four, task) > 0),
    );
  });
});

test("FAB gives up where it has settled outside the ball, and finds every example inside all the same", async () => {
  const arena = withBox("Linf");
  const [whole, short] = [
    await run(fab({ targets: 3 }), four, arena),
    await run(fab({ targets: 3, giveUp: true }), four, arena),
  ];
  const fallen = ({ settled }: typeof whole) => settled.map(({ outcome }) => outcome.example !== null);
  expect(fallen(short)).toEqual(fallen(whole));
  expect(short.spent.gradients).toBeLessThan(0.5 * whole.spent.gradients);
});

test.each(NORMS)("%s: FMN reaches the least distance between two classes within a hundredth", async (norm) => {
  const { ratios } = await run(fmn(), two, arenaOf(norm, null, { classes: 2 }));
  expect(Math.max(...ratios)).toBeLessThan(1.01);
  expect(Math.min(...ratios)).toBeGreaterThan(0.9999);
});

test.each(NORMS)(
  "%s: the exact attack knows the least distance, and falls exactly where there is an example",
  async (norm) => {
    for (const arena of [arenaOf(norm, null), arenaOf(norm, 255), arenaOf(norm, null, { range: [-50, 50] })]) {
      const { ratios, settled, tasks, spent } = await run(linearExact(four), four, arena);
      for (const ratio of ratios) expect(Math.abs(ratio - 1)).toBeLessThan(1e-4);
      const exact = tasks.map((task) => highestMargin(four, task) > 0);
      expect(settled.map(({ outcome }) => outcome.example !== null)).toEqual(exact);
      expect(spent.gradients).toBe(0);
      expect(spent.scores).toBe(exact.filter(Boolean).length);
    }
  },
);

test.each(NORMS)("%s: on a grid, a distance is that of an example on the grid that fools the model", async (norm) => {
  const arena = arenaOf(norm, 255, { epsilon: norm === "L0" ? 36 : 40 });
  for (const attack of norm === "L0" ? [fmn()] : [fmn(), fab({ targets: 3, minimise: true })]) {
    const { settled, ratios, tasks } = await run(attack, four, arena);
    for (const [i, { outcome }] of settled.entries()) {
      const { clean, label } = tasks[i]!;
      const verdict = judgeRow(outcome.example!, clean, arena);
      if (!verdict.admissible) throw new Error("not admissible");
      expect(verdict.distance[norm.toLowerCase() as "l2"]).toBe(outcome.distance);
      const scores = four.scores(outcome.example!);
      expect(scores.indexOf(Math.max(...scores))).not.toBe(label);
    }
    expect(Math.min(...ratios)).toBeGreaterThan(0.9999);
  }
});

test("a run of FAB costs its iterations in gradients and as many scores, FMN its steps", async () => {
  const blind = { ...four, scores: () => Float64Array.of(9, 0, 0, 0), slope: () => new Float64Array(36).fill(0.1) };
  const spent = async (attack: Attack) => {
    const { gradients, scores } = await runAttack(attack, tasksOf(blind, withBox("L2"), 2, "m"), oracleOf(blind, 2));
    return [gradients / 2, scores / 2];
  };
  expect(await spent(fab({ targets: 3 }))).toEqual([300, 300]);
  expect(await spent(fmn())).toEqual([100, 0]);
});
