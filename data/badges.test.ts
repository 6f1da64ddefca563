import { afterAll, beforeAll, expect, test } from "vitest";
import { addAttack, addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

const at = (n: number) => new Date(Date.UTC(2026, 10, n));
let site: Site;
let fallen: string;

beforeAll(async () => {
  site = await openSite();
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 10);
  const attack = await addAttack(db, challenge, people.member.id);
  const own = await addDefense(db, challenge, people.member.id, 2);
  const theirs = await addDefense(db, challenge, people.other.id, 2);
  fallen = theirs.id;
  await addDefense(db, challenge, people.other.id, 9);
  await addDefense(db, challenge, people.other.id, 9, { memorised: true });
  await addDefense(db, challenge, people.other.id, 9, { withdrawnAt: at(9) });
  const row = { kind: "broken" as const, challengeId: challenge.id, attackId: attack.id, evaluatorVersion: "1" };
  await db.historyRecord.createMany({
    data: [
      { ...row, defenseId: theirs.id, threshold: "weakened", at: at(3) },
      { ...row, defenseId: theirs.id, threshold: "broken", at: at(4) },
      { ...row, defenseId: theirs.id, threshold: "collapsed", at: at(4) },
      { ...row, defenseId: own.id, threshold: "weakened", at: at(5) },
    ],
  });
});
afterAll(() => site.close());

test("a person's breaks are falls of other people's defenses, each once", async () => {
  const { readPersonBadge } = await import("#data/badges.ts");
  expect(await readPersonBadge(null, "member")).toEqual({ name: "member", breaks: 2, defenses: 1, standing: 0 });
  expect(await readPersonBadge(null, "other")).toEqual({ name: "other", breaks: 0, defenses: 3, standing: 1 });
  expect(await readPersonBadge(null, "none")).toBeNull();
});

test("a defense's badge knows since when it lies where it lies", async () => {
  const { readDefenseBadge } = await import("#data/badges.ts");
  expect(await readDefenseBadge(null, fallen)).toMatchObject({ level: "broken", standing: 2, fellAt: at(4) });
  expect(await readDefenseBadge(null, "none")).toBeNull();
});
