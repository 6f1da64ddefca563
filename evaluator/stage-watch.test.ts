import { expect, test } from "vitest";
import { planOf, type Stage, Survey } from "#contest/gauntlet.ts";
import type { Found } from "#evaluator/house.ts";
import { stageWatch } from "#evaluator/stage-watch.ts";

const survey = Survey.parse({
  ...{ variants: ["straight-through", "exact"], reason: "", missing: [], places: [], stops: [], headCut: [] },
  randomOps: 0,
});
const plan = planOf("full", survey, "Linf");
const POINTS = 20;
const watch = (done: string[] = []) => stageWatch({ tier: "full", norm: "Linf", done, points: POINTS });

function found(stage: Stage, attacked: number, rows: number[] = []): Found {
  const report = { stage, attacked, found: rows.length, seconds: 1, ort: "", gradients: 1, forwards: 1 };
  return { report, rows: Int32Array.from(rows), examples: new Float32Array() };
}

/** Goes through a whole report; the lie that it was caught in. */
function caughtIn(stages: Found[], surveys: Survey[] = [survey], done: string[] = []): string | null {
  const held = watch(done);
  try {
    for (const each of surveys) held.survey(each);
    for (const stage of stages) held.stage(stage);
    held.end();
  } catch {}
  return held.lie();
}

const honest = plan.map((stage, i) => found(stage, POINTS - Math.min(i, 5), i < 5 ? [i] : []));

test("an honest report passes, from the start and from where an earlier run ended", () => {
  expect(caughtIn(honest)).toBeNull();
  const done = plan.slice(0, 3).map(({ id }) => id);
  expect(
    caughtIn(
      plan.slice(3).map((stage) => found(stage, POINTS)),
      [survey],
      done,
    ),
  ).toBeNull();
});

const without = (at: number) => honest.filter((_, i) => i !== at);
const LIES: [what: string, stages: Found[], surveys?: Survey[], done?: string[]][] = [
  ["left out at the end", without(plan.length - 1)],
  ["left out in between", without(7)],
  ["repeated", [honest[0]!, found(plan[0]!, POINTS - 1)]],
  ["in another order", [found(plan[1]!, POINTS), found(plan[0]!, POINTS)]],
  ["with a smaller budget", [found({ ...plan[0]!, iterations: 1 }, POINTS)]],
  ["of another tier", [found({ ...plan[0]!, id: "quick/apgd-ce" }, POINTS)]],
  ["that has run before", honest, [survey], [plan[0]!.id]],
  ["on fewer inputs than stand", [found(plan[0]!, POINTS - 1)]],
  ["that takes the same input again", [found(plan[0]!, POINTS, [3]), found(plan[1]!, POINTS - 1, [3])]],
  ["before a survey", honest, []],
  ["after a second survey", honest, [survey, survey]],
  ["beyond the plan", [...honest, found(plan[0]!, POINTS - 5)]],
];

test.each(LIES)("a stage %s is a lie", (_, stages, surveys, done) => {
  expect(caughtIn(stages, surveys, done)).not.toBeNull();
});

test("a survey that says a variant twice is a lie, and a report without one too", () => {
  expect(caughtIn([], [{ ...survey, variants: ["exact", "exact"] }])).not.toBeNull();
  expect(caughtIn([], [])).toBe("no survey");
});

test("a survey without a gradient is a lie where it gives no reason, and passes where it does", () => {
  const none = { ...survey, variants: [] };
  expect(caughtIn([], [none])).toBe("no gradient, and no reason");
  const blind = { ...none, reason: "no rule for GridSample" };
  const stages = planOf("full", blind, "Linf").map((stage) => found(stage, POINTS));
  expect(stages.map(({ report }) => report.stage.attack)).toContain("square");
  expect(caughtIn(stages, [blind])).toBeNull();
});

test("nearest examples are looked for on every input by every stage, and on no fewer", () => {
  const search = planOf("curve", survey, "Linf");
  expect(search.length).toBe(survey.variants.length);
  const hold = (attacked: number) => {
    const held = stageWatch({ tier: "curve", norm: "Linf", done: [], points: POINTS });
    held.survey(survey);
    held.stage(found(search[0]!, POINTS, [1, 2]));
    held.stage(found(search[1]!, attacked, [1, 2].slice(0, attacked)));
    held.end();
    return held.lie();
  };
  expect(hold(POINTS)).toBeNull();
  expect(() => hold(POINTS - 2)).toThrow("on 18 inputs of 20");
});
