import { describe, expect, test } from "vitest";
import { apgd } from "#evaluator/runner/attacks/apgd.ts";
import { denseRule } from "#evaluator/runner/attacks/apgd-dense.ts";
import { sparseRule } from "#evaluator/runner/attacks/apgd-sparse.ts";
import { ascentFrom } from "#evaluator/runner/attacks/ascent.ts";
import type { Attack, Ball } from "#evaluator/runner/attacks/attack.ts";
import { project } from "#evaluator/runner/attacks/ball.ts";
import { fgsm, pgd } from "#evaluator/runner/attacks/pgd.ts";
import { type Oracle, runAttack } from "#evaluator/runner/attacks/pool.ts";
import { streamOf } from "#evaluator/runner/attacks/random.ts";
import { arenaOf, NORMS } from "#evaluator/runner/attacks/testing/arenas.ts";
import { highestMargin } from "#evaluator/runner/attacks/testing/exact.ts";
import {
  oracleOf,
  randomLinear,
  randomNet,
  type ToyModel,
  tasksOf,
} from "#evaluator/runner/attacks/testing/toy-models.ts";

const POINTS = 40;
/** Every norm with and without a grid, and with values that the range never stops. */
const arenas = NORMS.flatMap((norm) => [
  [`${norm} on a grid`, arenaOf(norm, 255)] as const,
  [`${norm} without a grid`, arenaOf(norm, null)] as const,
  [
    `${norm} without limits`,
    arenaOf(
      norm,
      null,
      norm === "L0" ? { range: [-1, 3] } : { range: [-9, 9], epsilon: 8 * arenaOf(norm, null).epsilon },
    ),
  ] as const,
]);

const run = (attack: Attack, model: ToyModel, arena: Ball, points = POINTS) =>
  runAttack(attack, tasksOf(model, arena, points, "apgd", attack.name), oracleOf(model, 16));
const fell = async (attack: Attack, model: ToyModel, arena: Ball) =>
  (await run(attack, model, arena)).settled.map(({ outcome }) => outcome.example !== null);

describe.each(arenas)("on a linear model, %s", (_, arena) => {
  test.each(["cross-entropy", "margin", "dlr"] as const)(
    "APGD with %s finds every example there is between two classes",
    async (loss) => {
      const model = randomLinear("two", 36, 2);
      const two = { ...arena, classes: 2 };
      const exact = tasksOf(model, two, POINTS, "apgd").map((task) => highestMargin(model, task) > 0);
      expect(new Set(exact).size).toBe(2);
      expect(await fell(apgd({ loss }), model, two)).toEqual(exact);
    },
  );

  test.each(["targeted-dlr", "targeted-margin"] as const)(
    "APGD with %s finds every example there is among four",
    async (loss) => {
      const model = randomLinear("four", 36, 4);
      // L1's step never gets shorter than a tenth of the radius: there it may miss what the last hundredth holds.
      const sure = arena.norm === "L1" ? 0.99 * arena.epsilon : arena.epsilon;
      const tasks = tasksOf(model, arena, POINTS, "apgd");
      const exact = tasks.map((task) => highestMargin(model, task) > 0);
      const found = await fell(apgd({ loss }), model, arena);
      expect(new Set(exact).size).toBe(2);
      expect(found.filter((fell, i) => fell && !exact[i])).toEqual([]);
      expect(tasks.filter((task, i) => highestMargin(model, task, sure) > 0 && !found[i])).toEqual([]);
    },
  );
});

test.each(NORMS)("%s: FGSM finds no more than PGD-10, and that no more than APGD on the same loss", async (norm) => {
  const model = randomNet("masking", 36, 24, 4);
  const arena = arenaOf(norm, 255, { epsilon: (norm === "L0" ? 3 : 2.5) * arenaOf(norm, 255).epsilon });
  const loss = "margin";
  const counts: number[] = [];
  for (const attack of [fgsm({ loss }), pgd({ loss }), apgd({ loss, iterations: 50 })])
    counts.push((await fell(attack, model, arena)).filter(Boolean).length);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(counts[2]).toBeGreaterThan(counts[0]!);
  expect(counts[2]).toBeLessThan(POINTS);
});

/** A model that answers class 0 whatever comes, so that every attack runs to its end. */
const deaf: ToyModel = {
  size: 36,
  classes: 11,
  scores: () => Float64Array.from({ length: 11 }, (_, k) => (k === 0 ? 9 : -k)),
  slope: (x) => Float64Array.from(x, (value) => value - 0.5),
};
test.each([
  ["Linf", apgd({ loss: "cross-entropy" }), 101],
  ["L2", apgd({ loss: "dlr", restarts: 5 }), 5 * 101],
  ["L0", apgd({ loss: "cross-entropy" }), 101],
  ["Linf", apgd({ loss: "targeted-dlr" }), 9 * 101],
  ["L1", apgd({ loss: "cross-entropy", restarts: 5 }), 5 * 103],
  ["L1", apgd({ loss: "targeted-dlr", targets: 5 }), 5 * 103],
  ["L1", apgd({ loss: "cross-entropy", wide: false }), 101],
  ["Linf", pgd(), 10],
  ["L2", fgsm(), 1],
] as const)("%s, %o: a point that stands costs what the paper says", async (norm, attack, gradients) => {
  const results = await run(attack, deaf, arenaOf(norm, 255, { classes: 11 }), 3);
  expect(results.settled.map((one) => one.gradients)).toEqual([gradients, gradients, gradients]);
});

test("checkpoints come after 22, 41, 57, 70, 80, 87, 93 and 99 of 100 iterations", () => {
  const arena = arenaOf("Linf", null);
  const start = ascentFrom(new Float32Array(36), new Float32Array(36), arena, arena.epsilon, 1);
  const rule = denseRule(100, 0.75, start);
  const halved: number[] = [];
  for (let iteration = 1; iteration <= 100; iteration++) {
    const before = start.step;
    rule.check(start, false);
    if (start.step < before) halved.push(iteration);
  }
  expect(halved).toEqual([22, 41, 57, 70, 80, 87, 93, 99]);
});

describe("at a checkpoint the step halves, and the climb goes on from the best iterate,", () => {
  const at = (risesOf22: number, better: number[]) => {
    const arena = arenaOf("Linf", null);
    const ascent = ascentFrom(new Float32Array(36), new Float32Array(36), arena, arena.epsilon, 1);
    ascent.best = new Float32Array(36).fill(0.5);
    ascent.bestLoss = 1;
    const rule = denseRule(100, 0.75, ascent);
    for (let iteration = 1; iteration <= 41; iteration++) {
      ascent.x.fill(0.25);
      if (better.includes(iteration)) ascent.bestLoss++;
      rule.check(ascent, iteration > 22 || iteration <= risesOf22);
    }
    return [ascent.step, ascent.x[0]];
  };
  test("when at most three quarters of the moves raised the loss", () => expect(at(16, [])).toEqual([0.5, 0.25]));
  test("but not when more did", () => expect(at(17, [30])).toEqual([1, 0.25]));
  test("and when a period at an unchanged length found nothing better", () => expect(at(17, [3])).toEqual([0.5, 0.5]));
});

test.each(["Linf", "L2"] as const)(
  "%s: a move is three quarters of a step and one of the last move, each projected",
  (norm) => {
    const random = streamOf("move", norm, 0);
    const draw = (low: number, high: number) => {
      const values = new Float32Array(36);
      random.fillUniform(values, low, high);
      return values;
    };
    const arena = arenaOf(norm, null);
    const clean = draw(0, 1);
    const ascent = ascentFrom(
      clean.map((v) => v + 0.01),
      clean,
      arena,
      arena.epsilon,
      0.05,
    );
    const rule = denseRule(100, 0.75, ascent);
    let [x, last] = [Float32Array.from(ascent.x), Float32Array.from(ascent.previous)];
    for (let iteration = 0; iteration < 4; iteration++) {
      const gradient = draw(-1, 1).map((v, i) => (i % 5 === 0 ? 0 : v));
      ascent.gradient = gradient;
      rule.move(ascent, iteration);
      const length = Math.hypot(...gradient);
      const aim = x.map((v, i) => v + 0.05 * (norm === "Linf" ? Math.sign(gradient[i]!) : gradient[i]! / length));
      project(aim, clean, arena);
      const share = iteration === 0 ? 1 : 0.75;
      const next = x.map((v, i) => v + share * (aim[i]! - v) + (1 - share) * (v - last[i]!));
      project(next, clean, arena);
      [last, x] = [x, next];
      for (let i = 0; i < 36; i++) expect(Math.abs(ascent.x[i]! - x[i]!)).toBeLessThan(1e-6);
    }
  },
);

test("after a checkpoint that halves the step, the climb goes on from the iterate of the highest loss, along its gradient", async () => {
  const arena = arenaOf("Linf", null, { range: [-9, 9], classes: 2 });
  const asked: Float32Array[] = [];
  const gradients: Float32Array[] = [];
  const random = streamOf("climb", "gradients", 0);
  const oracle: Oracle = {
    ...oracleOf(deaf, 1),
    async gradients(x) {
      asked.push(x.slice(0, 36));
      const gradient = new Float32Array(36);
      random.fillNormal(gradient);
      gradients.push(gradient);
      // Falls all the time, but for one peak.
      const loss = Float32Array.of(asked.length === 6 ? 10 : -asked.length);
      return { logits: Float32Array.of(1, 0), loss, gradient };
    },
  };
  const [task] = tasksOf(randomLinear("two", 36, 2), arena, 1, "apgd");
  await runAttack(apgd({ loss: "margin" }), [{ ...task!, label: 0 }], oracle);
  const projected = (x: Float32Array) => {
    project(x, task!.clean, arena);
    return x;
  };
  const best = asked[5]!;
  const aim = projected(best.map((value, i) => value + arena.epsilon * Math.sign(gradients[5]![i]!)));
  const expected = projected(best.map((v, i) => v + 0.75 * (aim[i]! - v) + 0.25 * (v - asked[21]![i]!)));
  for (let i = 0; i < 36; i++) expect(Math.abs(asked[23]![i]! - expected[i]!)).toBeLessThan(1e-6);
});

describe("L1 at a checkpoint (every 4 % of the iterations)", () => {
  /** After two moves: the step, whether the climb returned to the best iterate, and how many values the next step moves. */
  const checked = (changedBefore: number, changedNow: number, step = 1) => {
    const arena = arenaOf("L1", null, { epsilon: 1 });
    const clean = new Float32Array(36);
    const changed = (count: number) => clean.map((_, i) => (i < count ? 0.5 / 36 : 0));
    const ascent = ascentFrom(changed(changedBefore), clean, arena, 1, step);
    const rule = sparseRule(50, ascent, false);
    ascent.best = changed(changedNow);
    ascent.bestGradient.set(clean.map((_, i) => i + 1));
    ascent.gradient = new Float32Array(36).fill(-1);
    rule.check(ascent, false);
    const early = ascent.step;
    rule.check(ascent, false);
    const returned = ascent.x.every((value, i) => value === ascent.best[i]);
    const before = Float32Array.from(ascent.x.set(clean) ?? ascent.x);
    ascent.gradient = clean.map((_, i) => i + 1);
    rule.move(ascent, 2);
    return [early, ascent.step, returned, ascent.x.filter((value, i) => value !== before[i]).length];
  };
  test("a sparser best iterate is returned to, with the longest step, on fewer values", () =>
    expect(checked(30, 15, 0.5)).toEqual([0.5, 1, true, 10]));
  test("else the step shrinks and the climb goes on", () => expect(checked(30, 29)).toEqual([1, 1 / 1.5, false, 19]));
  test("but never below a tenth of the radius", () => expect(checked(30, 30, 0.11)[1]).toBe(0.1));
});

test("a warm start is used: an example that another attack found falls at the first question", async () => {
  const model = randomLinear("four", 36, 4);
  const arena = arenaOf("L2", null);
  const attack = apgd({ loss: "targeted-margin", warm: true });
  const cold = await run(attack, model, arena);
  const tasks = tasksOf(model, arena, POINTS, "apgd", attack.name).filter(
    ({ point }) => cold.settled[point]!.outcome.example,
  );
  for (const task of tasks) task.starts.push(cold.settled[task.point]!.outcome.example!);
  const warm = await runAttack(attack, tasks, oracleOf(model, 16));
  expect(tasks.length).toBeGreaterThan(0);
  expect(warm.settled.map(({ outcome, gradients }) => [outcome.example !== null, gradients])).toEqual(
    tasks.map(() => [true, 1]),
  );
});

test("gradients that are not numbers do not stop the climb from asking its questions", async () => {
  const broken: ToyModel = { ...deaf, slope: (x) => new Float64Array(x.length).fill(Number.NaN) };
  for (const norm of NORMS) {
    const { settled } = await run(
      apgd({ loss: "cross-entropy", iterations: 8 }),
      broken,
      arenaOf(norm, 255, { classes: 11 }),
      2,
    );
    expect(settled.every(({ outcome, gradients }) => outcome.example === null && gradients >= 9)).toBe(true);
  }
});

test.each(["Linf", "L2"] as const)(
  "%s: runs that are out of reach are given up, and everything that falls still does",
  async (norm) => {
    const model = randomLinear("four", 36, 4);
    const arena = arenaOf(norm, null);
    for (const loss of ["margin", "dlr", "targeted-dlr"] as const) {
      const whole = await run(apgd({ loss }), model, arena);
      const short = await run(apgd({ loss, giveUp: true }), model, arena);
      const fallen = ({ settled }: typeof whole) => settled.map(({ outcome }) => outcome.example !== null);
      expect(fallen(short)).toEqual(fallen(whole));
      expect(short.gradients).toBeLessThan(0.6 * whole.gradients);
    }
  },
);

test("what cross-entropy and sparse norms have come to says nothing of where they end: their runs are whole", async () => {
  const model = randomLinear("four", 36, 4);
  const spent = async (loss: "cross-entropy" | "margin", norm: "Linf" | "L1" | "L0", giveUp: boolean) =>
    (await run(apgd({ loss, giveUp }), model, arenaOf(norm, null))).gradients;
  expect(await spent("cross-entropy", "Linf", true)).toBe(await spent("cross-entropy", "Linf", false));
  for (const norm of ["L1", "L0"] as const)
    expect(await spent("margin", norm, true)).toBe(await spent("margin", norm, false));
});
