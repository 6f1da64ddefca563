import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { refreshBoards } from "#evaluator/boards.ts";
import { chargeAttack, OverBudget } from "#evaluator/charge-attack.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { type Archive, admitted, archived, type DefenseEntry, openArchive } from "#evaluator/testing/archive.ts";

const BUDGET = 100;
const at = new Date(Date.UTC(2026, 10, 1));
let archive: Archive;
let challenge: LoadedChallenge;
beforeAll(async () => {
  archive = await openArchive();
});
afterAll(() => archive?.close());
beforeEach(async () => {
  const loaded = await archive.challenge();
  challenge = { ...loaded, file: { ...loaded.file, queries: { answers: "labels", budget: BUDGET } } };
  const config = { ...(loaded.row.config as object), threatModel: { ...loaded.file.threatModel, access: "query" } };
  const data = { config: { ...config, queries: challenge.file.queries } };
  await archive.db.challenge.update({ where: { id: loaded.row.id }, data });
});

async function defense(handle: string, entry: Partial<DefenseEntry> = {}) {
  return admitted(archive, challenge, { personId: await archive.person(handle), receivedAt: at, ...entry });
}

async function charge(handle: string, rows: number, origin: "person" | "baseline" = "person") {
  const submission = { challengeId: challenge.row.id, personId: await archive.person(handle), origin };
  return archive.db.$transaction((tx) => chargeAttack(tx, challenge.file, submission, rows));
}

const ledger = async () => {
  const where = { challengeId: challenge.row.id };
  const rows = await archive.db.queryLedger.findMany({ where, include: { person: true, defense: true } });
  return rows.map((row) => `${row.person.handle} ${row.spent} ${row.attackRows}`).sort();
};

test("each row is charged for each defense of others that it meets", async () => {
  await Promise.all([defense("ann"), defense("bob"), defense("cho")]);
  await charge("cho", 40);
  await charge("cho", 60);
  expect(await ledger()).toEqual(["cho 100 100", "cho 100 100"]);
});

test("an attack that one budget has too little for is refused by its name, and charged nowhere", async () => {
  const [ann, bob] = [await defense("ann"), await defense("bob")];
  const personId = await archive.person("cho");
  const spent = { personId, challengeId: challenge.row.id, defenseId: bob.id, spent: 80, budget: BUDGET };
  await archive.db.queryLedger.create({ data: spent });
  const refused: OverBudget = await charge("cho", 21).catch((error) => error);
  expect(refused).toBeInstanceOf(OverBudget);
  expect(refused.problem).toMatchObject({
    code: "query-budget-exhausted",
    expected: "at most 20 rows",
    found: "21 rows",
  });
  expect(refused.problem.where).toContain(bob.id);
  expect(refused.problem.where).not.toContain(ann.id);
  expect(await ledger()).toEqual(["cho 80 0"]);
  await expect(charge("dan", BUDGET + 1)).rejects.toThrow("query-budget-exhausted");
});

test("attacks at once never spend more than the budget", async () => {
  await Promise.all([defense("ann"), defense("bob")]);
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => charge("cho", 10)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  expect(await ledger()).toEqual(["cho 100 100", "cho 100 100"]);
});

test("baselines, and challenges whose models are open, are not charged", async () => {
  await defense("ann");
  await charge("cho", 500, "baseline");
  challenge.file.queries = null;
  await charge("cho", 500);
  expect(await ledger()).toEqual([]);
});

test("ties on the board go to who has spent fewer queries by the ledger, whatever the authors state", async () => {
  const asked = await defense("ann");
  for (const [handle, spent, queries] of [["cho", 90, 1] as const, ["dan", 30, 500] as const]) {
    const personId = await archive.person(handle);
    await archived(archive, challenge, { personId, receivedAt: at, queries }, new Map([[0, [spent, 0, 0, 0]]]));
    const row = { personId, challengeId: challenge.row.id, defenseId: asked.id, spent, budget: BUDGET };
    await archive.db.queryLedger.create({ data: row });
  }
  await refreshBoards(archive.db, challenge.row.id);
  const scores = await archive.db.attackerScore.findMany({
    where: { challengeId: challenge.row.id },
    orderBy: [{ score: "desc" }, { firstBreaks: "desc" }, { queries: "asc" }],
    include: { person: true },
  });
  expect(scores.map(({ person, queries }) => [person.handle, Number(queries)])).toEqual([
    ["dan", 30],
    ["cho", 90],
  ]);
});
