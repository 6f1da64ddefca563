import { afterAll, beforeAll, expect, test } from "vitest";
import { addAttack, addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test("the latest come first, and a fall through several thresholds is told once, by the lowest", async () => {
  const { latestBreaks } = await import("#data/breaks.ts");
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 10);
  const attack = await addAttack(db, challenge, people.member.id);
  const falls = [
    { day: 1, thresholds: ["weakened"], attackId: attack.id, detail: undefined },
    { day: 2, thresholds: ["weakened", "broken", "collapsed"], attackId: null, detail: { subject: "pgd-linf" } },
  ];
  for (const { day, thresholds, attackId, detail } of falls) {
    const defense = await addDefense(db, challenge, people.other.id, 1);
    for (const threshold of thresholds)
      await db.historyRecord.create({
        data: {
          ...{ kind: "broken", challengeId: challenge.id, defenseId: defense.id, attackId, threshold },
          ...{ evaluatorVersion: "1", at: new Date(Date.UTC(2026, 10, day)), ...(detail && { detail }) },
        },
      });
  }
  const breaks = await latestBreaks(null, 10);
  expect(breaks.map(({ threshold, breaker }) => [threshold, breaker.name, breaker.attack?.id])).toEqual([
    ["collapsed", "pgd-linf", undefined],
    ["weakened", attack.name, attack.id],
  ]);
  expect(await latestBreaks(null, 1)).toHaveLength(1);
});
