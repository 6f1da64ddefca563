import { expect, test } from "vitest";
import { costOf, estimateOf, paceOf, passesOf } from "#contest/cost.ts";
import { GAUNTLET_TIERS, planOf, type Surveyed } from "#contest/gauntlet.ts";

const SURVEYS: Surveyed[] = [
  { variants: ["exact"], moves: true },
  { variants: ["exact"], linear: true },
  { variants: ["straight-through", "smooth", "exact"], flat: true, moves: true },
  { variants: ["smooth"], trees: true, flat: true, moves: true },
  { variants: [], moves: true },
  { variants: [], flat: true },
];

test("the cascade runs the cheapest first; noise comes last, since what it takes tells of the others", () => {
  for (const survey of SURVEYS)
    for (const norm of ["Linf", "L2", "L1", "L0"] as const)
      for (const tier of GAUNTLET_TIERS) {
        const plan = planOf(tier, survey, norm);
        expect(plan.at(-1)!.attack).toBe("noise");
        const costs = plan.slice(0, -1).map((stage) => passesOf(costOf(stage)));
        // Of quick's first ones none costs as much as opening the model does.
        expect(costs.filter((cost) => cost > 30)).toEqual(costs.filter((cost) => cost > 30).toSorted((a, b) => a - b));
      }
});

test("APGD-T costs an iteration a target, a gradient three forward passes", () => {
  expect(costOf({ attack: "apgd-t", iterations: 100, targets: 9 })).toEqual({ gradients: 900, forwards: 0 });
  expect(passesOf({ gradients: 900, forwards: 10 })).toBe(2710);
});

test("a model's pace is what its stages took for a forward pass; of stages that asked nothing there is none", () => {
  const stages = [
    { gradients: 100, forwards: 0, seconds: 3 },
    { gradients: 0, forwards: 700, seconds: 7 },
  ];
  expect(paceOf(stages)).toBeCloseTo(0.01);
  expect(paceOf([])).toBeNull();
  expect(paceOf([{ gradients: 0, forwards: 0, seconds: 1 }])).toBeNull();
});

test("an estimate grows with the points and the pace, and its least is part of its most", () => {
  for (const survey of SURVEYS) {
    const of = (points: number, pace: number) => estimateOf("full", survey, "Linf", { points, pace });
    const one = of(1, 0.001);
    expect(of(200, 0.002).most).toBeCloseTo(one.most * 400);
    expect(one.least).toBeLessThan(one.most);
    if (survey.variants.length === 0) expect(one.least).toBe(0);
  }
  expect(estimateOf("full", SURVEYS[0]!, "Linf", { points: 1, pace: 1 }).least).toBe(300);
});
