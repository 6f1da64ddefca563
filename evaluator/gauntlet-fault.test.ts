import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HouseDetail, planOf, Survey } from "#contest/gauntlet.ts";
import { variant } from "#evaluator/testing/challenges.ts";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import { linear, linearAnswer, linearWeights, SIZE, tinyPoints } from "#evaluator/testing/tiny.ts";
import { crashAt } from "#evaluator/testing/triggers.ts";

const { x, y, n } = tinyPoints();
const rowOf = (point: number) => x.slice(point * SIZE, (point + 1) * SIZE);
/** The point that is furthest from falling, of those that no survey looks at: whatever moves it moves it far. */
const AT = [...Array(n).keys()]
  .slice(32)
  .map((point) => ({ point, ...linearAnswer(linearWeights(), rowOf(point)) }))
  .filter(({ point, answer }) => answer === y[point])
  .reduce((best, each) => (each.lead > best.lead ? each : best)).point;

const folder = mkdtempSync(join(tmpdir(), "gauntlet-fault-"));
let site: Installation;
beforeAll(async () => {
  site = await openInstallation(variant("tiny-nogrid", folder));
  await site.startEvaluator();
}, 120_000);
afterAll(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a model whose process dies under every attack is named as one that the gauntlet could not run on, and never ranked", {
  timeout: 120_000,
}, async () => {
  const { nodes, weights } = crashAt(rowOf(AT), [0.05, 0.15]);
  const id = await site.submit("defense", { bytes: linear({ after: nodes, weights }) });
  expect(await site.outcome(id, 100_000)).toMatchObject({ state: "scored" });
  const defense = await site.db.defense.findUniqueOrThrow({ where: { id }, include: { evaluations: true } });
  expect(defense).toMatchObject({ tier: "none", gauntletFault: "crashed" });
  const house = defense.evaluations.filter(({ kind }) => kind === "house");
  const plan = planOf("quick", Survey.parse(defense.survey), "Linf");
  expect(new Set(house.map(({ subject }) => subject))).toEqual(new Set(plan.map((stage) => stage.id)));
  const died = house.filter(({ detail }) => HouseDetail.parse(detail).ended === "crashed");
  expect(died.length).toBeGreaterThan(1);
  await expect
    .poll(() => site.db.defense.findUnique({ where: { id }, select: { unranked: true } }), { timeout: 30_000 })
    .toEqual({ unranked: "gauntlet" });
  await site.gauntlets();
  expect(await site.db.historyRecord.count({ where: { defenseId: id, kind: "gauntlet" } })).toBe(0);
});
