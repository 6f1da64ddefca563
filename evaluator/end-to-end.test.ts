import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NOT_ATTACKED } from "#contest/verdict.ts";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import type { EvaluatorProcess } from "#evaluator/testing/process.ts";
import { answersOf, pointsWithBit } from "#evaluator/testing/results.ts";
import {
  attackOn,
  linear,
  linearAnswer,
  linearWeights,
  nudge,
  SIZE,
  TINY,
  tinyPoints,
} from "#evaluator/testing/tiny.ts";
import type { Attack, Defense, Evaluation } from "#store/generated/client.ts";

const DEFENSES = [1, 2, 3, 4];
const ATTACKS = [1, 2, 3, 4, 5, 6];
const { x, y, n } = tinyPoints();
/** The fourth attack leaves points out. */
const pointsOf = (seed: number) => (seed === 4 ? [3, 5, 8, 13, 21, 34, 55] : Array.from({ length: n }, (_, i) => i));

let site: Installation;
let evaluators: EvaluatorProcess[];
const defenses = new Map<string, number>();
const attacks = new Map<string, number>();

beforeAll(async () => {
  site = await openInstallation(TINY);
  evaluators = [await site.startEvaluator(), await secondEvaluator()];
  const submitted = [
    ...DEFENSES.map(async (seed) => {
      const bytes = linear({ of: linearWeights(seed) });
      defenses.set(await site.submit("defense", { bytes, name: `Linear ${seed}`, person: `defender-${seed}` }), seed);
    }),
    ...ATTACKS.map(async (seed) => {
      const bytes = attackOn((row, point) => nudge(row, seed, point), pointsOf(seed));
      attacks.set(await site.submit("attack", { bytes, name: `Nudge ${seed}`, person: `attacker-${seed % 3}` }), seed);
    }),
  ];
  await Promise.all(submitted);
  for (const { id } of await site.db.submission.findMany())
    expect(await site.outcome(id)).toMatchObject({ state: "scored", attempt: "spent", problems: null });
  await site.gauntlets();
}, 300_000);
afterAll(() => site?.close());

/** Another evaluator as on another machine: it shares the database and the artifacts, not the sandbox's folder. */
async function secondEvaluator(): Promise<EvaluatorProcess> {
  const state = join(site.folder, "second");
  mkdirSync(state);
  symlinkSync(join(site.folder, "state", "artifacts"), join(state, "artifacts"));
  return site.startEvaluator({ variables: { GAUNTLET_STATE: state } });
}

test("every attack met every defense exactly once, whichever evaluator took which, baselines included", async () => {
  const all = await site.db.evaluation.findMany({ where: { kind: "attack" } });
  const pairs = all.map(({ attackId, defenseId }) => `${attackId} ${defenseId}`);
  const ids = {
    attacks: (await site.db.attack.findMany()).map(({ id }) => id),
    defenses: (await site.db.defense.findMany()).map(({ id }) => id),
  };
  expect(ids).toMatchObject({ attacks: { length: 7 }, defenses: { length: 6 } });
  expect(pairs.toSorted()).toEqual(ids.attacks.flatMap((a) => ids.defenses.map((d) => `${a} ${d}`)).toSorted());
  expect(evaluators.map((evaluator) => evaluator.running())).toEqual([true, true]);
  expect(await site.jobs()).toBe(0);
});

test("each answer is the one that the model gives by hand", async () => {
  let compared = 0;
  for (const [defenseId, seed] of defenses) {
    const model = linearWeights(seed);
    const clean = await site.db.evaluation.findFirstOrThrow({ where: { defenseId, kind: "clean" } });
    for (const [point, answer] of answersOf(clean).entries()) {
      const byHand = linearAnswer(model, x.subarray(point * SIZE, (point + 1) * SIZE));
      if (byHand.lead > 1e-4) expect(answer).toBe(byHand.answer);
    }
    for (const [attackId, change] of attacks) {
      const evaluation = await site.db.evaluation.findFirstOrThrow({ where: { defenseId, attackId } });
      const attacked = new Set(pointsOf(change));
      for (const [point, answer] of answersOf(evaluation).entries()) {
        const row = x.slice(point * SIZE, (point + 1) * SIZE);
        nudge(row, change, point);
        const byHand = linearAnswer(model, row);
        if (!attacked.has(point)) expect(answer).toBe(NOT_ATTACKED);
        else if (byHand.lead > 1e-4) expect(answer).toBe(byHand.answer);
        compared++;
      }
    }
  }
  expect(compared).toBe(DEFENSES.length * ATTACKS.length * n);
});

test("standings, counts and scores equal what the evaluations say, taken one by one", async () => {
  const all = await site.db.evaluation.findMany({
    where: { kind: { not: "holdout" } },
    orderBy: { id: "asc" },
    include: { attack: true },
  });
  for (const defense of await site.db.defense.findMany()) {
    const own = all.filter(({ defenseId }) => defenseId === defense.id);
    const standing = new Set(Array.from({ length: n }, (_, i) => i));
    for (const evaluation of own) {
      const before = standing.size;
      expect(evaluation.standingBefore).toBe(before);
      for (const [point, answer] of answersOf(evaluation).entries())
        if (answer !== NOT_ATTACKED && answer !== y[point]) standing.delete(point);
      expect([evaluation.standingAfter, evaluation.taken]).toEqual([standing.size, before - standing.size]);
    }
    expect(pointsWithBit(defense.standingBits!, n)).toEqual([...standing]);
    expect(defense).toMatchObject({ n, standing: standing.size, faced: ATTACKS.length + 1, tier: "full" });
    const credits = await site.db.attackerCredit.findMany({ where: { defenseId: defense.id } });
    expect(credits.reduce((sum, { firstBreaks }) => sum + firstBreaks, 0)).toBe(firstBreaksOf(defense, own));
  }
  for (const attack of await site.db.attack.findMany({ include: { evaluations: { include: { defense: true } } } })) {
    const shares = attack.evaluations.map(({ broken, defense }) => broken / defense.clean);
    expect(attack.met).toBe(shares.length);
    expect(attack.success).toBeCloseTo(shares.reduce((a, b) => a + b) / shares.length, 10);
  }
});

/** Points that somebody broke, the house included: each has one who was first. */
function firstBreaksOf(defense: Defense, own: (Evaluation & { attack: Attack | null })[]): number {
  const unbroken = new Set(pointsWithBit(defense.cleanBits!, n));
  const timed = own.filter(({ kind }) => kind !== "clean").map((e) => ({ e, at: e.attack?.receivedAt ?? e.createdAt }));
  let firsts = 0;
  for (const { e } of timed.sort((a, b) => a.at.getTime() - b.at.getTime()))
    for (const [point, answer] of answersOf(e).entries())
      if (answer !== NOT_ATTACKED && answer !== y[point] && unbroken.delete(point)) firsts++;
  return firsts;
}

test("the boards show what was measured, once their refresh has run", async () => {
  await expect
    .poll(() => site.db.challenge.findUniqueOrThrow({ where: { id: site.challenge.id } }), { timeout: 20_000 })
    .toMatchObject({ defenses: 6, attacks: 7 });
  const { ranked, bestStanding } = await site.db.challenge.findUniqueOrThrow({ where: { id: site.challenge.id } });
  const rows = await site.db.defense.findMany({ where: { unranked: null } });
  expect(rows.length).toBe(ranked);
  expect(ranked > 0 ? Math.max(...rows.map(({ standing }) => standing)) : null).toBe(bestStanding);
  const people = await site.db.attackerScore.findMany({ where: { house: false } });
  expect(people.map(({ attacks }) => attacks)).toEqual([2, 2, 2]);
  const house = await site.db.evaluation.findMany({ where: { kind: "house" }, distinct: ["subject"] });
  expect(await site.db.attackerScore.findMany({ where: { house: true } })).toHaveLength(house.length > 0 ? 1 : 0);
});

test("each result carries what it takes to reproduce it", async () => {
  const defense = await site.db.defense.findFirstOrThrow({ where: { name: "Linear 1" } });
  for (const evaluation of await site.db.evaluation.findMany({ where: { defenseId: defense.id } })) {
    expect(evaluation).toMatchObject({
      evaluatorVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      ortVersion: expect.stringMatching(/^1\.\d+\.\d+$/),
      provider: "cpu",
      cpu: expect.stringMatching(/./),
      seed: expect.stringMatching(/^[0-9a-f]{32}$/),
      modelSha: defense.modelSha,
      pointsSha: site.challenge.pointsSha,
    });
    const examples = evaluation.kind === "house" ? evaluation.broken > 0 : evaluation.kind === "attack";
    expect(evaluation.examplesSha).toEqual(examples ? expect.stringMatching(/^[0-9a-f]{64}$/) : null);
  }
});

test("what was submitted before is refused, without an attempt, whoever submits it again", async () => {
  const again = await site.submit("defense", { bytes: linear({ of: linearWeights(1) }), person: "eve" });
  const copied = await site.submit("attack", { bytes: attackOn((row, point) => nudge(row, 1, point)), person: "eve" });
  expect(await site.outcome(again)).toMatchObject({
    ...{ state: "rejected", attempt: "free-rejection" },
    problems: [{ code: "duplicate-model" }],
  });
  expect(await site.outcome(copied)).toMatchObject({
    ...{ state: "rejected", attempt: "free-rejection" },
    problems: [{ code: "duplicate-examples" }],
  });
});
