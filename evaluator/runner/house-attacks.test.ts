import { expect, test } from "vitest";
import { planOf, type Survey } from "#contest/gauntlet.ts";
import { runAttack } from "#evaluator/runner/attacks/pool.ts";
import { arenaOf } from "#evaluator/runner/attacks/testing/arenas.ts";
import { oracleOf, randomLinear, tasksOf } from "#evaluator/runner/attacks/testing/toy-models.ts";
import { attackOf } from "#evaluator/runner/house-attacks.ts";

const open: Survey = {
  ...{ variants: ["exact"], reason: "", missing: [], places: [], stops: [], headCut: [] },
  ...{ randomOps: 0, trees: false, linear: false, flat: false, moves: true },
};
const model = randomLinear("open", 36, 4);
/** So small that nothing falls: what a stage costs is its budget, or less where it gives up. */
const arena = arenaOf("Linf", null, { epsilon: 1e-4 });

async function spent(attack: string, survey: Survey): Promise<number> {
  const stage = planOf("full", survey, "Linf").find((each) => each.attack === attack)!;
  const attacking = attackOf(stage, { survey, trees: null, linear: null });
  const { gradients, scores } = await runAttack(attacking, tasksOf(model, arena, 1, "open"), oracleOf(model, 1));
  return gradients + scores;
}

test.each([
  ["scores that are squashed", { headCut: ["Softmax"] }],
  ["surrogates for derivatives", { variants: ["straight-through", "exact"] }],
  ["operators that stop derivatives", { stops: ["Round"] }],
  ["gradients that vanish", { flat: true }],
  ["random operators", { randomOps: 1 }],
] satisfies [string, Partial<Survey>][])("%s let no search give up", async (_, over) => {
  // Targets: the three other classes.
  const budgets = {
    "apgd-margin": 101,
    "apgd-dlr": 101,
    "apgd-t": 3 * 101,
    "fab-t": 3 * 200,
    square: 5001,
    noise: 1000,
  };
  for (const [attack, budget] of Object.entries(budgets)) {
    expect(await spent(attack, { ...open, ...over })).toBeGreaterThanOrEqual(budget);
    expect(await spent(attack, open)).toBeLessThan(budget / 3);
  }
});
