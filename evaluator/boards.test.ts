import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { flagOf } from "#contest/flags.ts";
import { refreshBoards } from "#evaluator/boards.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { type Archive, admitted, archived, type DefenseEntry, faced, openArchive } from "#evaluator/testing/archive.ts";

let archive: Archive;
let challenge: LoadedChallenge;
beforeAll(async () => {
  archive = await openArchive();
});
afterAll(() => archive?.close());
beforeEach(async () => {
  challenge = await archive.challenge({ holdout: 1000 });
});

const minute = (n: number) => new Date(Date.UTC(2026, 10, 1, 0, n));

async function defense(handle: string, entry: Partial<DefenseEntry> = {}) {
  return admitted(archive, challenge, { personId: await archive.person(handle), receivedAt: minute(0), ...entry });
}

async function attack(handle: string, step: number) {
  const author = { personId: await archive.person(handle), receivedAt: minute(step) };
  return archived(archive, challenge, author, new Map([[0, [step, 0, 0, 0]]]));
}

/** Why each defense is not ranked, after a refresh. */
async function reasons() {
  await refreshBoards(archive.db, challenge.row.id);
  const rows = await archive.db.defense.findMany({ where: { challengeId: challenge.row.id } });
  return Object.fromEntries(rows.map(({ id, unranked }) => [id, unranked]));
}

describe("a refresh ranks", () => {
  test("one defense a person, of those that may be ranked, and says why not the others", async () => {
    const { db } = archive;
    const [best, second] = [await defense("ann"), await defense("ann", { wrong: [1] })];
    const [poor, baseline] = [
      await defense("bob", { wrong: [...Array(11).keys()] }),
      await defense("gauntlet", { origin: "baseline" }),
    ];
    const own = await defense("organizer");
    const gone = await defense("cho");
    await db.defense.update({ where: { id: gone.id }, data: { withdrawnAt: new Date() } });
    const unverified = await defense("dan");
    await db.person.update({ where: { handle: "dan" }, data: { emailVerifiedAt: null } });
    expect(await reasons()).toEqual({
      ...{ [best.id]: null, [second.id]: "not-chosen", [poor.id]: "clean-accuracy", [baseline.id]: "baseline" },
      ...{ [own.id]: "organizer", [gone.id]: "withdrawn", [unverified.id]: "unverified" },
    });
    await db.person.update({ where: { handle: "dan" }, data: { approvedAt: new Date() } });
    await db.defense.update({ where: { id: second.id }, data: { chosen: true } });
    expect(await reasons()).toMatchObject({ [best.id]: "not-chosen", [second.id]: null, [unverified.id]: null });
    expect(await db.challenge.findUniqueOrThrow({ where: { id: challenge.row.id } })).toMatchObject({
      ...{ defenses: 7, ranked: 2, attacks: 0, bestStanding: 21 },
    });
  });

  test("no memorised defense: better on the points than on the holdout by more than the baselines", async () => {
    const stored = await defense("ann", { holdoutRight: 500 });
    const honest = await defense("bob", { holdoutRight: 980 });
    expect(await reasons()).toEqual({ [stored.id]: "memorised", [honest.id]: null });
    // A baseline with the same gap shows that the holdout is that much harder.
    await defense("gauntlet", { origin: "baseline", holdoutRight: 500 });
    expect(await reasons()).toMatchObject({ [stored.id]: null, [honest.id]: null });
  });
});

/** Which defenses were flagged as memorised, one line a record. */
async function memorised() {
  await refreshBoards(archive.db, challenge.row.id);
  const where = { challengeId: challenge.row.id, kind: "flagged" } as const;
  const records = await archive.db.historyRecord.findMany({ where, orderBy: { id: "asc" } });
  return records.map(({ defenseId, detail }) => ({ defenseId, flag: flagOf(detail) }));
}

describe("the flag of memorised points", () => {
  const attacked = (defenseId: string, holdoutStanding: number | null) =>
    archive.db.beyond.create({
      data: {
        ...{ defenseId, corruptionSeed: "", holdoutN: 200, holdoutClean: 196, holdoutStanding },
        evaluatorVersion: "test",
      },
    });

  test("is raised once where more is answered rightly on the points than on the holdout", async () => {
    const stored = await defense("ann", { holdoutRight: 500 });
    await defense("bob", { holdoutRight: 980 });
    await defense("gauntlet", { origin: "baseline", holdoutRight: 960 });
    await memorised();
    expect(await memorised()).toMatchObject([{ defenseId: stored.id, flag: { id: "memorised" } }]);
  });

  test("is raised where the points stand and the holdout, under the same attacks, falls; not before a baseline has been there", async () => {
    const stored = await defense("ann", { holdoutRight: 980 });
    const baseline = await defense("gauntlet", { origin: "baseline", holdoutRight: 980 });
    await attacked(stored.id, 4);
    expect(await memorised()).toEqual([]);
    await attacked(baseline.id, null);
    expect(await memorised()).toEqual([]);
    await archive.db.beyond.update({ where: { defenseId: baseline.id }, data: { holdoutStanding: 160 } });
    expect(await memorised()).toMatchObject([{ defenseId: stored.id, flag: { evidence: { holdout: 200 } } }]);
  });

  test("is not raised where the baselines' gap is as large", async () => {
    const honest = await defense("ann", { holdoutRight: 980 });
    const baseline = await defense("gauntlet", { origin: "baseline", holdoutRight: 980 });
    for (const { id } of [honest, baseline]) await attacked(id, 100);
    expect(await memorised()).toEqual([]);
  });
});

test("a challenge without defenses or attacks has empty boards", async () => {
  expect(await reasons()).toEqual({});
  const row = await archive.db.challenge.findUniqueOrThrow({ where: { id: challenge.row.id } });
  expect(row).toMatchObject({ defenses: 0, ranked: 0, attacks: 0, bestStanding: null });
});

test("a defense that is no longer ranked no longer counts; one never touched counts 0", async () => {
  const [broken, untouched] = [await defense("ann"), await defense("bob")];
  const broke = await attack("cho", 1);
  await faced(archive, challenge, broken, broke, new Set([0]));
  await faced(archive, challenge, untouched, broke, new Set());
  const score = async () => {
    await refreshBoards(archive.db, challenge.row.id);
    return archive.db.attackerScore.findMany({ where: { challengeId: challenge.row.id } });
  };
  expect(await score()).toMatchObject([{ score: 1 / 21 / 2, firstBreaks: 1, attacks: 1 }]);
  expect(await score()).toEqual(await score());
  await archive.db.defense.update({ where: { id: broken.id }, data: { withdrawnAt: new Date() } });
  expect(await score()).toMatchObject([{ score: 0, firstBreaks: 0, attacks: 1 }]);
});

test("nobody earns anything on a defense of their own", async () => {
  const own = await defense("cho");
  const broke = await attack("cho", 1);
  await faced(archive, challenge, own, broke, new Set([0]));
  await refreshBoards(archive.db, challenge.row.id);
  const scores = await archive.db.attackerScore.findMany({ where: { challengeId: challenge.row.id } });
  expect(scores).toMatchObject([{ score: 0, firstBreaks: 0, house: false }]);
});
