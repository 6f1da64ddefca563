import { afterAll, beforeAll, expect, test } from "vitest";
import { addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";
let site: Site;
beforeAll(async () => { site = await openSite(); });
afterAll(() => site?.close());
test("append-only", async () => {
  const { db, people } = site;
  const c = await addChallenge(db, people.organizer.id, 10);
  const d = await addDefense(db, c, people.other.id, 5);
  for (const kind of ["faced", "fell", "gauntlet", "ranked"] as const)
    await db.historyRecord.create({ data: { kind, challengeId: c.id, defenseId: d.id, evaluatorVersion: "1" } });
  await expect(db.historyRecord.updateMany({ data: { taken: 1 } })).rejects.toThrow(/append-only/);
  await expect(db.historyRecord.deleteMany()).rejects.toThrow(/append-only/);
  await expect(db.$executeRawUnsafe('TRUNCATE "HistoryRecord"')).rejects.toThrow(/append-only/);
  expect(await db.historyRecord.count()).toBe(4);
}, 60000);
