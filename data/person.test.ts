import { afterAll, beforeAll, expect, test } from "vitest";
import { addChallenge, addDefense } from "#data/testing/entries.ts";
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
  const read = await personBeside(null, "member");
  expect(read).toMatchObject({
    person: { handle: "member", name: "member", bio: "Breaks things" },
    scores: [{ challenge: challenge.slug, score: 0.5, firstBreaks: 3, firstAt: "1970-01-01T00:00:00.000Z" }],
    credits: [{ defense: defense.id, earned: 5, cleanCorrect: 10, n: 10 }],
  });
  expect(JSON.stringify(read)).not.toContain("@example.org");
  await db.person.update({ where: { id: people.member.id }, data: { suspendedAt: new Date() } });
  expect(await personBeside(null, "member")).toMatchObject({ person: { bio: "" } });
});
