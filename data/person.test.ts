import { afterAll, beforeAll, expect, test } from "vitest";
import { addAttack, addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test("a person's JSON has who they are and what they broke, of a suspended one no words of their own, of none an address", async () => {
  const { personBeside } = await import("#data/person.ts");
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 10);
  const defense = await addDefense(db, challenge, people.other.id, 5);
  const key = { personId: people.member.id, challengeId: challenge.id };
  await db.attackerCredit.create({ data: { ...key, defenseId: defense.id, earned: 5, firstBreaks: 3 } });
  await db.attackerScore.create({ data: { ...key, score: 0.5, firstBreaks: 3, attacks: 1, firstAt: new Date(0) } });
  await db.person.update({ where: { id: people.member.id }, data: { bio: "Breaks things" } });
  const read = await personBeside(null, "member", {});
  expect(read).toMatchObject({
    person: { handle: "member", name: "member", bio: "Breaks things" },
    scores: [{ challenge: challenge.slug, score: 0.5, firstBreaks: 3, firstAt: "1970-01-01T00:00:00.000Z" }],
    credits: [{ defense: defense.id, earned: 5, cleanCorrect: 10, n: 10 }],
  });
  expect(JSON.stringify(read)).not.toContain("@example.org");
  await db.person.update({ where: { id: people.member.id }, data: { suspendedAt: new Date() } });
  expect(await personBeside(null, "member", {})).toMatchObject({ person: { bio: "" } });
});

test("a person's page as it was: entries with their results of then, scores of that day, no credits", async () => {
  const { readEntries } = await import("#data/entries.ts");
  const { personBeside } = await import("#data/person.ts");
  const { db, people } = site;
  const day = (n: number) => new Date(Date.UTC(2026, 0, n));
  const { id: personId, handle } = await db.person.update({
    where: { id: people.stranger.id },
    data: { createdAt: day(1) },
  });
  const challenge = await addChallenge(db, people.organizer.id, 10);
  const [defense, attack] = [
    await addDefense(db, challenge, personId, 1, { admittedAt: day(2), withdrawnAt: day(6) }),
    await addAttack(db, challenge, personId),
  ];
  const row = { challengeId: challenge.id, defenseId: defense.id, evaluatorVersion: "1" };
  await db.historyRecord.createMany({
    data: [
      { ...row, kind: "admitted", standingAfter: 10, at: day(2) },
      { ...row, kind: "fell", standingAfter: 1, at: day(4) },
    ],
  });
  await db.attack.update({ where: { id: attack.id }, data: { admittedAt: day(3), met: 2, success: 0.5 } });
  const done = { attackId: attack.id };
  await db.attackDay.createMany({
    data: [
      { ...done, day: day(3), met: 1, success: 0.25 },
      { ...done, day: day(5), met: 2, success: 0.5 },
    ],
  });
  const key = { challengeId: challenge.id, personId };
  const score = { score: 0.5, firstBreaks: 3, attacks: 1 };
  await db.attackerScore.create({ data: { ...key, ...score, firstAt: day(3) } });
  await db.attackerScoreDay.create({ data: { ...key, ...score, score: 0.25, day: day(3) } });
  await db.attackerScoreDay.create({ data: { ...key, ...score, day: day(5) } });
  const told = async (at?: string) => {
    const given = at ? { at, sort: "name" } : { sort: "name" };
    const { rows, total, problems } = (await readEntries(null, handle, given))!;
    expect([problems, rows.length]).toEqual([[], total]);
    const entries = rows.map(({ kind, result, level, withdrawnAt }) => [kind, result, level, withdrawnAt !== null]);
    const { scores } = (await personBeside(null, handle, given)) as { scores: { score: number }[] };
    return { entries, scores: scores.map(({ score }) => score) };
  };
  expect(await told("2026-01-01")).toEqual({ entries: [], scores: [] });
  expect(await told("2026-01-02")).toEqual({ entries: [["defense", 1, "standing", false]], scores: [] });
  expect((await told("2026-01-04")).entries.toSorted()).toEqual([
    ["attack", 0.25, null, false],
    ["defense", 0.1, "broken", false],
  ]);
  expect((await told("2026-01-04")).scores).toEqual([0.25]);
  expect(await told("2026-01-07")).toEqual(await told());
  expect((await told()).entries.toSorted()[1]).toEqual(["defense", 0.1, "broken", true]);
  expect(await personBeside(null, handle, { at: "2026-01-04" })).not.toHaveProperty("credits.0");
  expect((await readEntries(null, handle, { at: "2025-12-31" }))!.problems).toHaveLength(1);
});
