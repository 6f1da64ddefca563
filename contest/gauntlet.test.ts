import { expect, test } from "vitest";
import {
  faultSentence,
  GAUNTLET_TIERS,
  HOUSE_ATTACKS,
  planOf,
  Stage,
  type Surveyed,
  skippedOf,
  stageName,
} from "#contest/gauntlet.ts";

const all = GAUNTLET_TIERS.flatMap((tier) => (["Linf", "L2", "L1", "L0"] as const).map((norm) => ({ tier, norm })));

test.each(all)("the plan of $tier in $norm is made of valid stages, each with an id of its own", ({ tier, norm }) => {
  const plan = planOf(tier, { variants: ["straight-through", "smooth", "exact"] }, norm);
  expect(plan.map((stage) => Stage.parse(stage))).toEqual(plan);
  expect(new Set(plan.map(({ id }) => id)).size).toBe(plan.length);
  expect(plan.length).toBeGreaterThan(3);
});

test("a model without a gradient meets no attack that needs one, and some that do without", () => {
  for (const { tier, norm } of all) {
    const asked = planOf(tier, { variants: [] }, norm).map(({ attack }) => HOUSE_ATTACKS[attack].asks);
    expect(asked).not.toContain("gradient");
    expect(asked.length).toBeGreaterThan(0);
  }
  expect(planOf("full", { variants: [] }, "Linf").map(({ attack }) => attack)).toContain("hopskipjump");
  expect(planOf("full", { variants: ["exact"] }, "Linf").map(({ attack }) => attack)).not.toContain("hopskipjump");
});

test("attacks that need a gradient run once for each variant, the others once", () => {
  const plan = planOf("full", { variants: ["straight-through", "smooth"] }, "Linf");
  const times = (attack: string) => plan.filter((stage) => stage.attack === attack).length;
  expect([times("apgd-ce"), times("apgd-t"), times("square"), times("noise")]).toEqual([2, 2, 1, 1]);
});

const ATTACKS_BY_SURVEY: [what: string, survey: Surveyed, full: string[], quick: string[]][] = [
  ["an ordinary network", { variants: ["exact"], moves: true }, [], []],
  ["a linear model", { variants: ["exact"], linear: true }, [], ["linear-exact"]],
  [
    "trees",
    { variants: ["smooth"], trees: true, flat: true, moves: true },
    ["leaf-tuple", "nes", "spsa", "rays", "hopskipjump"],
    ["leaf-tuple", "rays"],
  ],
  ["labels alone", { variants: [], flat: true }, ["rays", "hopskipjump"], ["rays"]],
  [
    "scores that move without a gradient",
    { variants: [], moves: true },
    ["nes", "spsa", "rays", "hopskipjump"],
    ["rays"],
  ],
];

test.each(ATTACKS_BY_SURVEY)("%s meets the attacks that fit it, and no ordinary one less", (_, survey, full, quick) => {
  for (const [tier, fitting] of [
    ["full", full],
    ["quick", quick],
  ] as const) {
    const attacks = (of: Surveyed) => planOf(tier, of, "Linf").map(({ attack }) => attack);
    const ordinary = attacks({ variants: survey.variants.length > 0 ? ["exact"] : [] });
    const blind = survey.variants.length === 0 ? ["rays", "hopskipjump"] : [];
    expect(new Set(attacks(survey))).toEqual(new Set([...ordinary.filter((a) => !blind.includes(a)), ...fitting]));
  }
});

test("every attack is either in a tier's plan or skipped for a reason, in every norm and for every survey", () => {
  for (const { norm } of all)
    for (const [, surveyed] of ATTACKS_BY_SURVEY) {
      const planned = GAUNTLET_TIERS.flatMap((tier) => planOf(tier, surveyed, norm)).map(({ attack }) => attack);
      const skipped = skippedOf({ ...surveyed, reason: "no rule for GridSample" }, norm);
      const names = [...new Set(planned), ...skipped.map(({ attack }) => attack)];
      // The curve's attack is in no tier.
      expect(names.toSorted()).toEqual(
        Object.keys(HOUSE_ATTACKS)
          .filter((attack) => attack !== "fmn")
          .toSorted(),
      );
      for (const { why } of skipped) expect(why).not.toBe("");
    }
  expect(skippedOf({ variants: [], reason: "no rule for GridSample" }, "Linf")).toContainEqual({
    attack: "apgd-t",
    why: "no gradient: no rule for GridSample",
  });
});

test("full holds AutoAttack's standard version with its budgets", () => {
  const plan = planOf("full", { variants: ["exact"] }, "Linf");
  const budget = (id: string) => plan.find((stage) => stage.id === `full/${id}`);
  expect(budget("apgd-ce")).toMatchObject({ iterations: 100 });
  expect(budget("apgd-t")).toMatchObject({ iterations: 100, targets: 9 });
  expect(budget("fab-t")).toMatchObject({ iterations: 100, targets: 9 });
  expect(budget("square")).toMatchObject({ iterations: 5000 });
});

test("why a tier could not be run is said for every way in which a process ends", () => {
  expect(faultSentence("memory")).toMatch(/^The gauntlet could not run: .* ran out of memory/);
  expect(faultSentence("of tomorrow")).toContain("(of tomorrow)");
});

test("a stage is called by the paper's name, and by its own id where nobody knows it", () => {
  expect(stageName("full/apgd-t")).toBe("APGD-T");
  expect(stageName("quick/apgd-ce@straight-through")).toBe("APGD-CE, straight-through");
  expect(stageName("clean")).toBe("clean");
  expect(stageName("full/of-tomorrow")).toBe("full/of-tomorrow");
});
