import { afterAll, beforeAll, expect, test } from "vitest";
import { readLesson } from "#data/lessons.ts";
import { addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

const HOUR = 3_600_000;
const KIND = "detection";
let site: Site;
let ids: Record<"stands" | "fell" | "low" | "waits" | "other", string>;

beforeAll(async () => {
  site = await openSite();
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 10);
  const admittedAt = new Date(Date.now() - 100 * HOUR);
  const add = async (standing: number, category: string | null, state: "scored" | "evaluating" = "scored") => {
    const { id } = await addDefense(db, challenge, people.member.id, standing, { admittedAt });
    await db.submission.update({ where: { id }, data: { state, form: category === null ? {} : { category } } });
    return id;
  };
  ids = {
    stands: await add(9, KIND),
    fell: await add(0, KIND),
    low: await add(0, KIND),
    waits: await add(0, KIND, "evaluating"),
    other: await add(0, null),
  };
  const row = { challengeId: challenge.id, evaluatorVersion: "1" };
  const flag = { detail: { flag: "stateful", evidence: { differing: 1, asked: 2 } } };
  const broke = { kind: "broken" as const, threshold: "broken" };
  await db.historyRecord.createMany({
    data: [
      { ...row, ...broke, defenseId: ids.fell, at: new Date(admittedAt.getTime() + 5 * HOUR) },
      { ...row, ...broke, defenseId: ids.fell, threshold: "weakened", at: new Date(admittedAt.getTime() + HOUR) },
      // A flag of two tiers is one flag.
      ...[ids.other, ids.other, ids.stands].map((defenseId) => ({
        ...row,
        kind: "flagged" as const,
        defenseId,
        ...flag,
      })),
    ],
  });
});
afterAll(() => site.close());

async function evidence() {
  const { readLiveEvidence } = await import("#data/lesson-evidence.ts");
  return readLiveEvidence(null, readLesson(null, KIND)!);
}

test("a lesson counts the scored defenses whose authors named its kind, and how long each lasted", async () => {
  const { defenses, broken, median } = await evidence();
  expect(new Set(defenses.map(({ id }) => id))).toEqual(new Set([ids.stands, ids.fell, ids.low]));
  expect(broken).toBe(2);
  const lasted = new Map(
    defenses.map(({ id, admittedAt, brokeAt }) => [id, brokeAt && brokeAt.getTime() - admittedAt.getTime()]),
  );
  expect(lasted.get(ids.fell)).toBe(5 * HOUR);
  expect(lasted.get(ids.low)).toBe(0);
  expect(lasted.get(ids.stands)).toBeNull();
  expect(median.time).toBe(5);
});

test("a flag is counted once a defense, whatever its kind, with how many of them broke", async () => {
  const { countFlags } = await import("#data/lesson-evidence.ts");
  expect(await countFlags(["stateful", "zero-gradients"])).toEqual([
    { id: "stateful", raised: 2, broken: 1 },
    { id: "zero-gradients", raised: 0, broken: 0 },
  ]);
});

test("the list of lessons has the same counts as each lesson", async () => {
  const { countKinds } = await import("#data/lesson-evidence.ts");
  expect([...(await countKinds(null))]).toEqual([[KIND, { defenses: 3, broken: 2 }]]);
});

test("a form may name a kind that there is a lesson about, spelt as there, and no other", async () => {
  const { categories, isCategory } = await import("#data/lessons.ts");
  const all = categories(null).map(({ category }) => category);
  expect(all.length).toBeGreaterThan(20);
  expect(all.every(isCategory)).toBe(true);
  for (const wrong of ["Detection", "magic", "__proto__", ""]) expect(isCategory(wrong)).toBe(false);
});
