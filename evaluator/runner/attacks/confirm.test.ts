import { expect, test } from "vitest";
import type { Answer, Asking, Task } from "#evaluator/runner/attacks/attack.ts";
import { confirm, confirmDistance } from "#evaluator/runner/attacks/confirm.ts";
import { arenaOf } from "#evaluator/runner/attacks/testing/arenas.ts";
import { linearModel, type ToyModel, tasksOf } from "#evaluator/runner/attacks/testing/toy-models.ts";

/** Answers a generator's questions one by one and gives its result and what was asked. */
function drive<T>(asking: Asking<T>, model: ToyModel): { result: T; asked: Float32Array[] } {
  const asked: Float32Array[] = [];
  let answer = {} as Answer;
  for (;;) {
    const step = asking.next(answer);
    if (step.done) return { result: step.value, asked };
    asked.push(Float32Array.from(step.value.x));
    answer = { logits: Float32Array.from(model.scores(step.value.x)), loss: 0, gradient: new Float32Array() };
  }
}

/** Two values; class 1 from where their sum passes `at` steps. */
const sumOver = (at: number) => linearModel(Float32Array.of(0, 0, 255, 255), Float32Array.of(0, -at));
const arena = arenaOf("Linf", 255, { shape: [1, 1, 2], classes: 2, epsilon: 4 / 255 });
const task = (model: ToyModel): Task => {
  const [made] = tasksOf(model, arena, 1, "confirm");
  return { ...made!, clean: Float32Array.of(100 / 255, 100 / 255), label: 0, arena };
};
const steps = (...values: number[]) => Float32Array.from(values, (value) => value / 255);
const uphill = Float32Array.of(1, 1);

test("the form that is judged is asked, and given back when it fools the model", () => {
  const model = sumOver(205.5);
  const { result, asked } = drive(confirm(task(model), steps(103.2, 102.9)), model);
  expect(asked.length).toBe(1);
  expect([...result!]).toEqual([...steps(103, 103)]);
});

test("what rounding loses is tried once more, rounded uphill", () => {
  const model = sumOver(205.5);
  const x = steps(103.3, 102.3);
  expect(drive(confirm(task(model), x), model).result).toBeNull();
  const { result, asked } = drive(confirm(task(model), x, uphill), model);
  expect([...result!]).toEqual([...steps(104, 103)]);
  expect(asked.length).toBe(2);
});

test("nothing beyond the ball is asked, however well it would fool the model", () => {
  const model = sumOver(209);
  const { result, asked } = drive(confirm(task(model), steps(200, 200), uphill), model);
  expect(result).toBeNull();
  expect(asked.map((row) => [...row])).toEqual([[...steps(104, 104)], [...steps(104, 104)]]);
});

test("a distance is that of the judged form, in the smallest ball that holds one", () => {
  const model = sumOver(205.5);
  expect(drive(confirmDistance(task(model), steps(102.9, 102.7)), model).result!.distance).toBeCloseTo(3 / 255, 12);
  expect(drive(confirmDistance(task(model), steps(102.4, 102.4)), model).result!.distance).toBeCloseTo(3 / 255, 12);
  expect(drive(confirmDistance(task(model), steps(102.1, 100)), sumOver(260)).result).toBeNull();
});

/** A model that draws: `wrong` of its draws answer 1, the others 0. */
const drawing = (wrong: (x: Float32Array) => number): ToyModel => ({
  ...sumOver(0),
  scores: (x) => Float64Array.of(1 - wrong(x), wrong(x)),
});

test("a model that draws must be wrong by more than the barest majority; the best of the others is kept aside", () => {
  const share = (x: Float32Array) => (Math.round(x[0]! * 255) - 96) / 10;
  const model = drawing(share);
  const asked = { ...task(model), randomised: true };
  expect(drive(confirm(asked, steps(102, 100)), model).result).toBeNull();
  expect(asked.unsure?.margin).toBeCloseTo(0.2);
  expect(drive(confirm(asked, steps(101, 100)), model).result).toBeNull();
  expect([...asked.unsure!.example]).toEqual([...steps(102, 100)]);
  expect([...drive(confirm(asked, steps(104, 100)), model).result!]).toEqual([...steps(104, 100)]);
});
