import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apgd } from "#evaluator/runner/attacks/apgd.ts";
import type { Attack, Ball, Task } from "#evaluator/runner/attacks/attack.ts";
import { noise } from "#evaluator/runner/attacks/noise.ts";
import { type Oracle, type Results, runAttack, type Settled } from "#evaluator/runner/attacks/pool.ts";
import { square } from "#evaluator/runner/attacks/square.ts";
import { oracleOf, randomNet, tasksOf } from "#evaluator/runner/attacks/testing/toy-models.ts";

const arena: Ball = { norm: "Linf", epsilon: 12 / 255, range: [0, 1], grid: 255, shape: [1, 4, 4], classes: 4 };
const model = randomNet("pool", 16, 12, 4);
const attacks: Attack[] = [
  apgd({ loss: "cross-entropy", iterations: 12, restarts: 2 }),
  apgd({ loss: "targeted-dlr", iterations: 5, targets: 3 }),
  square({ queries: 40 }),
  noise({ draws: 130 }),
];
const POINTS = 24;
const tasks = (attack: Attack) => tasksOf(model, arena, POINTS, "pool", attack.name);

const summary = (settled: Settled[]) =>
  settled
    .toSorted((a, b) => a.point - b.point)
    .map(({ outcome: { example, margin, trace }, ...rest }) => ({
      ...rest,
      example: example && [...example],
      margin,
      trace,
    }));

describe.each(attacks)("$name", (attack) => {
  let whole: Results;
  const once = async () => {
    whole ??= await runAttack(attack, tasks(attack), oracleOf(model, 8));
    return summary(whole.settled);
  };

  test("some points fall and some stand, so that what follows compares both", async () => {
    const fell = (await once()).filter(({ example }) => example).length;
    expect(fell).toBeGreaterThan(0);
    expect(fell).toBeLessThan(POINTS);
  });

  test("results are equal bit for bit whatever the batch and the order of the tasks", async () => {
    const expected = await once();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.shuffledSubarray(
          Array.from({ length: POINTS }, (_, i) => i),
          { minLength: POINTS },
        ),
        async (batch, order) => {
          const all = tasks(attack);
          const { settled } = await runAttack(
            attack,
            order.map((i) => all[i]!),
            oracleOf(model, batch),
          );
          expect(settled.map(({ point }) => point)).toEqual(order);
          expect(summary(settled)).toEqual(expected);
        },
      ),
      { numRuns: 8 },
    );
  });

  test("results of shards, and of a run that was stopped and resumed, are those of one run", async () => {
    const expected = await once();
    const shards = [0, 1, 2].map((k) => tasks(attack).filter(({ point }) => point % 3 === k));
    const parts = await Promise.all(shards.map((shard) => runAttack(attack, shard, oracleOf(model, 4))));
    expect(summary(parts.flatMap(({ settled }) => settled))).toEqual(expected);

    const stop = new AbortController();
    const kept: Settled[] = [];
    const settled = (one: Settled) => {
      kept.push(one);
      if (kept.length === 5) stop.abort();
    };
    const first = await runAttack(attack, tasks(attack), oracleOf(model, 2), { signal: stop.signal, settled });
    expect(first.complete).toBe(false);
    const done = new Set(kept.map(({ point }) => point));
    expect(done.size).toBeLessThan(POINTS);
    const rest = await runAttack(
      attack,
      tasks(attack).filter(({ point }) => !done.has(point)),
      oracleOf(model, 2),
    );
    expect(rest.complete).toBe(true);
    expect(summary([...kept, ...rest.settled])).toEqual(expected);
  });

  test("evaluations add up: those of the points, those of the run, and those that the model saw", async () => {
    await once();
    const oracle = oracleOf(model, 8);
    const { settled, gradients, scores } = await runAttack(attack, tasks(attack), oracle);
    const total = (of: (one: Settled) => number) => settled.reduce((sum, one) => sum + of(one), 0);
    expect([gradients, scores]).toEqual([total((one) => one.gradients), total((one) => one.scores)]);
    expect(gradients + scores).toBe(oracle.rows.reduce((a, b) => a + b, 0));
  });
});

/** Asks `count` questions about its clean input and gives up. */
const asks = (count: number, kind: "gradient" | "scores", rows = 1): Attack => ({
  name: "asks",
  asks: "scores",
  applies: () => true,
  *run({ clean }) {
    const x = new Float32Array(rows * clean.length);
    for (let i = 0; i < count; i++)
      yield kind === "gradient" ? { kind, x, loss: "margin", target: -1 } : { kind, x, rows };
    return { example: null, margin: 0 };
  },
});

test("batches are full while there are points to start, whatever mix of questions they ask", async () => {
  const mixed: Attack = {
    ...asks(0, "scores"),
    run: (task: Task) => asks(3 + (task.point % 5), task.point % 3 ? "gradient" : "scores").run(task),
  };
  const oracle = oracleOf(model, 8);
  const tasks = tasksOf(model, arena, 200, "mixed");
  await runAttack(mixed, tasks, oracle);
  const short = oracle.rows.map((rows, i) => [rows, i] as const).filter(([rows]) => rows < 8);
  const questions = tasks.reduce((sum, { point }) => sum + 3 + (point % 5), 0);
  expect(short.length).toBeLessThanOrEqual(2 * 8);
  expect(Math.min(...short.map(([, i]) => i))).toBeGreaterThan(questions / 8 - 2 * 8);
});

test("a question with more rows than a batch is answered whole and in order", async () => {
  const seen: number[][] = [];
  const attack: Attack = {
    ...asks(0, "scores"),
    *run({ clean, arena }) {
      const x = new Float32Array(7 * clean.length).map((_, i) => ((i * 37) % 101) / 101);
      const { logits } = yield { kind: "scores", x, rows: 7 };
      seen.push([...logits]);
      const expected = Array.from({ length: 7 }, (_, row) =>
        Float32Array.from(model.scores(x.subarray(row * clean.length, (row + 1) * clean.length))),
      );
      expect([...logits]).toEqual(expected.flatMap((row) => [...row]));
      return { example: null, margin: arena.classes };
    },
  };
  await runAttack(attack, tasksOf(model, arena, 5, "rows"), oracleOf(model, 3));
  expect(seen.length).toBe(5);
});

test.each([
  ["gradient", { gradients: 4 }, 4, 0],
  ["scores", { scores: 4 }, 0, 4],
  ["gradient", { scores: 4 }, 9, 0],
] as const)("a point whose %s questions pass the budget %j is ended and spends no more", async (kind, budget, g, s) => {
  const { settled } = await runAttack(asks(9, kind), tasksOf(model, arena, 3, "b"), oracleOf(model, 2), { budget });
  for (const one of settled) {
    expect([one.gradients, one.scores, one.cut]).toEqual([g, s, g + s < 9]);
    expect(one.outcome.example).toBeNull();
  }
});

test("what the model throws ends the run", async () => {
  const broken: Oracle = {
    ...oracleOf(model, 2),
    scores: async () => {
      throw new Error("out of memory");
    },
  };
  await expect(runAttack(asks(1, "scores"), tasksOf(model, arena, 3, "b"), broken)).rejects.toThrow("out of memory");
});

test("progress counts what is settled and what was asked", async () => {
  const seen: { settled: number; scores: number }[] = [];
  await runAttack(asks(2, "scores"), tasksOf(model, arena, 4, "b"), oracleOf(model, 4), {
    progress: ({ settled, scores }) => seen.push({ settled, scores }),
  });
  expect(seen).toEqual([
    { settled: 0, scores: 4 },
    { settled: 4, scores: 8 },
  ]);
});

test("of a model that draws, the best that was not sure is what a search ends with that finds no better", async () => {
  const attack = apgd({ loss: "cross-entropy", iterations: 3 });
  const [made] = tasks(attack);
  const votes = async (_: Float32Array, rows: number) =>
    Float32Array.from({ length: rows * 4 }, (_, i) => [0.4, 0.4, 0.4, 0.4].with((made!.label + 1) % 4, 0.6)[i % 4]!);
  const ran = async (oracle: Oracle) => (await runAttack(attack, [{ ...made!, randomised: true }], oracle)).settled[0]!;
  const unsure = await ran({ ...always(made!.label), votes });
  expect(unsure.outcome.example).not.toBeNull();
  expect((await ran(always(made!.label))).outcome.example).toBeNull();
});

/** The model as it is, but that every score of the class given is the lowest: each iterate seems to fool it. */
function always(label: number): Oracle {
  const oracle = oracleOf(model, 8);
  const low = (logits: Float32Array) => logits.map((value, i) => (i % 4 === label ? -1e6 : value));
  return {
    ...oracle,
    async gradients(...asked) {
      const answer = await oracle.gradients(...asked);
      return { ...answer, logits: low(answer.logits) };
    },
  };
}
