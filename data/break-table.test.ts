import { afterAll, beforeAll, expect, test } from "vitest";
import { addAttack, addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

const N = 10;
const HOUR = 3_600_000;
const admitted = Date.UTC(2026, 10, 1);
let site: Site;
let slug: string;
let falls: { threshold: string; id: string }[];

beforeAll(async () => {
  site = await openSite();
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, N);
  slug = challenge.slug;
  const attack = await addAttack(db, challenge, people.member.id);
  const defense = await addDefense(db, challenge, people.other.id, 0, { admittedAt: new Date(admitted) });
  const row = { challengeId: challenge.id, defenseId: defense.id, evaluatorVersion: "7" };
  const first = { ...row, kind: "broken", attackId: attack.id, at: new Date(admitted + HOUR) } as const;
  const house = {
    ...row,
    kind: "broken",
    at: new Date(admitted + 2 * HOUR),
    detail: { subject: "full/square" },
  } as const;
  await db.historyRecord.createMany({
    data: [
      { ...row, kind: "admitted", standingAfter: 9, at: new Date(admitted) },
      { ...first, threshold: "weakened", standingBefore: 9, standingAfter: 4, taken: 5, detail: { evaluation: "77" } },
      { ...house, threshold: "broken", standingBefore: 4, standingAfter: 0, taken: 4 },
      { ...house, threshold: "collapsed", standingBefore: 4, standingAfter: 0, taken: 4 },
    ],
  });
  const read = await db.historyRecord.findMany({ where: { kind: "broken" }, orderBy: { id: "asc" } });
  falls = read.map(({ id, threshold }) => ({ id: String(id), threshold: threshold! }));
});
afterAll(() => site.close());

test("a break has its threshold, what stood around it, who did it, and how long the defense had lasted", async () => {
  const { readBreak } = await import("#data/break-table.ts");
  expect(await readBreak(null, falls[0]!.id)).toMatchObject({
    ...{ threshold: "weakened", under: 0.5, n: N, standingBefore: 9, standingAfter: 4, taken: 5, version: "7" },
    ...{ lasted: HOUR, evaluation: "77", by: { attack: { author: { handle: "member" } } } },
    defense: { author: { handle: "other" } },
  });
  expect(await readBreak(null, falls[1]!.id)).toMatchObject({ by: { name: "Square", attack: null }, evaluation: null });
});

test("a fall through several thresholds is a break of each, and they name each other", async () => {
  const { readBreak, readSameFall } = await import("#data/break-table.ts");
  const [weakened, broken, collapsed] = await Promise.all(falls.map(({ id }) => readBreak(null, id)));
  expect(await readSameFall(null, weakened!)).toEqual([]);
  expect(await readSameFall(null, broken!)).toEqual([falls[2]]);
  expect(await readSameFall(null, collapsed!)).toEqual([falls[1]]);
});

test("the table has them all, the latest first, and can be narrowed to a challenge, a threshold, and who did it", async () => {
  const { readBreaks } = await import("#data/break-table.ts");
  const ids = async (given: object) => (await readBreaks(null, { ...given })).rows.map(({ id }) => id);
  const all = falls.map(({ id }) => id);
  expect(await ids({})).toEqual(all.toReversed());
  expect(await ids({ sort: "taken" })).toEqual([all[1], all[2], all[0]]);
  expect(await ids({ challenge: slug, by: "people" })).toEqual([all[0]]);
  expect(await ids({ by: "house", threshold: "broken" })).toEqual([all[1]]);
  expect(await ids({ challenge: "tiny" })).toEqual([]);
});

test.each(["", "0", "-1", "1.5", "one", "99999999999999999999999", "4000000000"])(
  "there is no break %j",
  async (id) => {
    const { readBreak, readBreakTable } = await import("#data/break-table.ts");
    expect(await readBreak(null, id)).toBeNull();
    expect(await readBreakTable(null, id, {})).toBeNull();
  },
);

test("another record is no break", async () => {
  const { readBreak } = await import("#data/break-table.ts");
  const record = await site.db.historyRecord.findFirst({ where: { kind: "admitted" } });
  expect(await readBreak(null, String(record!.id))).toBeNull();
});
