import { expect, test } from "vitest";
import type { Task } from "#evaluator/runner/attacks/attack.ts";
import { runAttack } from "#evaluator/runner/attacks/pool.ts";
import { arenaOf, NORMS } from "#evaluator/runner/attacks/testing/arenas.ts";
import { highestMargin } from "#evaluator/runner/attacks/testing/exact.ts";
import { oracleOf, randomLinear, tasksOf } from "#evaluator/runner/attacks/testing/toy-models.ts";
import { transfer } from "#evaluator/runner/attacks/transfer.ts";

const model = randomLinear("four", 36, 4);
const attack = transfer();

/** The point that is fooled most easily, started from its clean input moved straight against its label. */
function against(norm: Task["arena"]["norm"], length: number): Task {
  const all = tasksOf(
    model,
    arenaOf(norm, 255, { epsilon: (norm === "L0" ? 12 : 3) * arenaOf(norm, 255).epsilon }),
    40,
    "t",
  );
  const task = all.toSorted((a, b) => highestMargin(model, b) - highestMargin(model, a))[0];
  const { clean, label, arena } = task!;
  const scores = model.scores(clean);
  const other = scores.indexOf(Math.max(...scores.map((score, k) => (k === label ? Number.NEGATIVE_INFINITY : score))));
  const slope = Float32Array.from(clean, (_, i) => model.weights[other * 36 + i]! - model.weights[label * 36 + i]!);
  const far = clean.map((value, i) => {
    if (norm === "Linf") return value + length * arena.epsilon * Math.sign(slope[i]!);
    return value + ((length * arena.epsilon) / 36) * slope[i]!;
  });
  task!.starts.push(norm === "L0" ? clean.map((value, i) => (i < 24 ? (slope[i]! > 0 ? 1 : 0) : value)) : far);
  return task!;
}

test.each(NORMS)(
  "%s: a start beyond the ball, and one that does not reach its rim, both lead to examples",
  async (norm) => {
    for (const length of norm === "L0" ? [1] : [0.02, 40]) {
      const { settled } = await runAttack(attack, [against(norm, length)], oracleOf(model, 8));
      expect(settled[0]!.outcome.example).not.toBeNull();
      expect(settled[0]!.scores).toBe(6);
    }
  },
);

test("a start that is itself an example is given as it is", async () => {
  const task = against("Linf", 1);
  const { settled } = await runAttack(attack, [task], oracleOf(model, 8));
  const example = settled[0]!.outcome.example!;
  await runAttack(attack, [{ ...task, starts: [example] }], oracleOf(model, 8)).then((again) =>
    expect([...again.settled[0]!.outcome.example!]).toEqual([...example]),
  );
});

test("without starts nothing is asked; the clean input as a start is asked once; further starts are tried in turn", async () => {
  const task = against("Linf", 1);
  const run = async (starts: Float32Array[]) => {
    const { settled } = await runAttack(attack, [{ ...task, starts }], oracleOf(model, 8));
    return [settled[0]!.outcome.example !== null, settled[0]!.scores];
  };
  expect(await run([])).toEqual([false, 0]);
  expect(await run([task.clean])).toEqual([false, 1]);
  expect(await run([task.clean, task.starts[0]!])).toEqual([true, 7]);
});
