import { describe, expect, test } from "vitest";
import type { Ball } from "#evaluator/runner/attacks/attack.ts";
import { leafTuple } from "#evaluator/runner/attacks/leaf-tuple.ts";
import { LeafTuple } from "#evaluator/runner/attacks/leaf-tuple-box.ts";
import { runAttack } from "#evaluator/runner/attacks/pool.ts";
import { NORMS } from "#evaluator/runner/attacks/testing/arenas.ts";
import { randomForest } from "#evaluator/runner/attacks/testing/forest.ts";
import { oracleOf, type ToyModel, tasksOf } from "#evaluator/runner/attacks/testing/toy-models.ts";
import { type Leaf, leavesOf, type Trees } from "#evaluator/runner/attacks/trees.ts";

const FEATURES = 5;
const POINTS = 25;
const forest = { trees: 4, depth: 3, features: FEATURES, classes: 3 };
const ensemble = randomForest("leaf tuple", forest);
const arenaOf = (norm: Ball["norm"], grid: number | null): Ball => {
  const epsilon = { Linf: 0.1, L2: 0.15, L1: 0.2, L0: 1 }[norm];
  return { norm, epsilon, range: [0, 1], grid, shape: [1, 1, FEATURES], classes: 3 };
};

function modelOf({ trees, base }: Trees): ToyModel {
  return {
    size: FEATURES,
    classes: 3,
    scores(x) {
      const scores = base.slice();
      for (const leaves of trees) {
        const leaf = leaves.find(({ features, lows, highs }) =>
          features.every((f, at) => x[f]! >= lows[at]! && x[f]! <= highs[at]!),
        )!;
        for (let k = 0; k < 3; k++) scores[k]! += leaf.weights[k]!;
      }
      return scores;
    },
    slope: (x) => new Float64Array(x.length),
  };
}

/** The least distance to a wrong answer: over every tuple of leaves that has an input in common. */
function least(trees: Trees, clean: Float32Array, label: number, norm: Ball["norm"]): number {
  let best = Number.POSITIVE_INFINITY;
  const visit = (tree: number, lows: number[], highs: number[], scores: Float64Array) => {
    if (tree === trees.trees.length) {
      if (scores.indexOf(Math.max(...scores)) === label) return;
      const changes = Array.from(clean, (value, f) => Math.abs(Math.min(Math.max(value, lows[f]!), highs[f]!) - value));
      const length = {
        Linf: Math.max(...changes),
        L2: Math.hypot(...changes),
        L1: changes.reduce((a, b) => a + b),
        L0: changes.filter((c) => c > 0).length,
      };
      best = Math.min(best, length[norm]);
      return;
    }
    for (const leaf of trees.trees[tree]!) {
      const [low, high] = [lows.slice(), highs.slice()];
      leaf.features.forEach((f, at) => {
        low[f] = Math.max(low[f]!, leaf.lows[at]!);
        high[f] = Math.min(high[f]!, leaf.highs[at]!);
      });
      if (low.every((value, f) => value <= high[f]!)) visit(tree + 1, low, high, added(scores, leaf));
    }
  };
  visit(0, new Array(FEATURES).fill(0), new Array(FEATURES).fill(1), trees.base);
  return best;
}
const added = (scores: Float64Array, leaf: Leaf) => scores.map((score, k) => score + leaf.weights[k]!);

describe.each(NORMS)("%s", (norm) => {
  test.each([null, 50])("LT-Attack finds the least distance over all tuples of leaves (grid %s)", async (grid) => {
    const arena = { ...arenaOf(norm, grid), epsilon: 1e-6 };
    const trees = leavesOf(ensemble, 3, arena)!;
    const tasks = tasksOf(modelOf(trees), arena, POINTS, "leaf tuple");
    const { settled } = await runAttack(leafTuple(ensemble), tasks, oracleOf(modelOf(trees), 8));
    const ratios = settled.map(
      ({ outcome, point }) => outcome.distance! / least(trees, tasks[point]!.clean, tasks[point]!.label, norm),
    );
    expect(Math.min(...ratios)).toBeGreaterThan(1 - 1e-6);
    // Of so small an ensemble it finds the optimum; the paper, 1.0 to 1.4 times the optimum on ensembles of hundreds.
    expect(Math.max(...ratios)).toBeLessThan(1 + 1e-6);
  });
});

test("changing leaves one tree at a time brings a box nearer than where a start led, in any tree", async () => {
  const many = randomForest("many", { ...forest, trees: 30, depth: 4 });
  const arena = { ...arenaOf("L2", null), epsilon: 1e-6 };
  const trees = leavesOf(many, 3, arena)!;
  const tasks = tasksOf(modelOf(trees), arena, POINTS, "leaf tuple");
  const changed = new Set<number>();
  let [before, after] = [0, 0];
  for (const task of tasks) {
    const other = tasks.find(({ label }) => label !== task.label)!;
    const tuple = new LeafTuple(trees, task, other.clean);
    const first = [...tuple.leaves];
    before += tuple.length;
    while (tuple.improve()) expect(tuple.isWrong()).toBe(true);
    after += tuple.length;
    for (const [tree, leaf] of tuple.leaves.entries()) if (leaf !== first[tree]) changed.add(tree);
  }
  expect(after).toBeLessThan(0.9 * before);
  expect(changed.size).toBeGreaterThan(20);
});

test("it does not apply to trees without intervals", () => {
  expect(leafTuple(randomForest("x", { ...forest, modes: ["BRANCH_EQ"] })).applies(arenaOf("Linf", null))).toBe(false);
  expect(leafTuple(ensemble).applies(arenaOf("Linf", null))).toBe(true);
});
