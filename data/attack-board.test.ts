import { afterAll, beforeAll, expect, test } from "vitest";
import type { AttackRow } from "#data/attack-columns.ts";
import type { Given } from "#data/table.ts";
import { addAttack, addChallenge } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";
import { houseAccount } from "#store/house.ts";

/** Enough to fill pages on both sides of the house's lines. */
const SUBMITTED = 47;
const HOUSE = ["APGD-CE", "APGD-T", "Square", "Noise"];
const TOTAL = SUBMITTED + HOUSE.length;
let site: Site;
let slug: string;

beforeAll(async () => {
  site = await openSite();
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 4);
  slug = challenge.slug;
  for (let i = 0; i < SUBMITTED; i++) {
    const { id } = await addAttack(db, challenge, i % 2 ? people.member.id : people.other.id);
    // Successes repeat, also the house's.
    await db.attack.update({ where: { id }, data: { success: (i % 10) / 10, met: i % 4, rows: i } });
  }
  await db.challenge.update({ where: { id: challenge.id }, data: { attacks: SUBMITTED } });
  const personId = await houseAccount(db);
  for (const [i, name] of HOUSE.entries())
    await db.houseScore.create({
      data: {
        ...{ challengeId: challenge.id, attack: name.toLowerCase(), name, personId, met: i, success: i / 4 },
        ...{ attacked: BigInt(100 * i), queries: 12_345n, firstAt: new Date(i * 10_000) },
      },
    });
});
afterAll(() => site.close());

async function board(given: Given = {}) {
  const { readAttacks } = await import("#data/attack-board.ts");
  return (await readAttacks(null, slug, given))!;
}

/** All rows of a board, page by page. */
async function allRows(given: Given): Promise<AttackRow[]> {
  const rows: AttackRow[] = [];
  for (let page = 1; page <= 6; page++) rows.push(...(await board({ ...given, size: "10", page: String(page) })).rows);
  return rows;
}

test.each(["-success", "success", "name", "-name", "met", "-rows", "rows", "-received"])(
  "the pages sorted by %s hold every attack once, the house's in their places",
  async (sort) => {
    const rows = await allRows({ sort });
    expect(new Set(rows.map(({ key }) => key)).size).toBe(TOTAL);
    expect(rows).toHaveLength(TOTAL);
    expect((await board({ sort, size: "100" })).rows).toEqual(rows);
    const key = sort.replace("-", "") as "success";
    const values = rows.map((row) => (key === ("received" as string) ? row.receivedAt.getTime() : row[key]));
    const known = values.filter((value) => value !== null);
    // The database's own order of letters is not JavaScript's.
    if (typeof known[0] === "number")
      expect(known).toEqual(known.toSorted((a, b) => (sort.startsWith("-") ? b - a : a - b)));
    // Rows that the house's do not have come last either way.
    expect(values.slice(0, known.length)).toEqual(known);
  },
);

test("the house's lines are marked, lead to no file, and tell their queries a point", async () => {
  const { rows, total, columns } = await board({ show: "house", sort: "success" });
  expect(total).toBe(HOUSE.length);
  expect(rows.map(({ name }) => name)).toEqual(HOUSE);
  expect(rows.map(({ queries }) => queries)).toEqual([null, 123, 62, 41]);
  for (const row of rows)
    expect(row).toMatchObject({ id: null, house: true, rows: null, author: { handle: "gauntlet" } });
  expect(columns.find(({ key }) => key === "house")!.value(rows[0]!)).toBe(true);
});

test.each([
  [{}, TOTAL],
  [{ show: "submitted" }, SUBMITTED],
  [{ q: "apgd" }, 2],
  [{ q: "GAUNTLET" }, HOUSE.length],
  [{ q: "gauntlet", show: "submitted" }, 0],
  [{ q: "%" }, 0],
  [{ q: "' OR 1=1 --" }, 0],
])("%o finds %i, and says so", async (given, found) => {
  const { rows, total } = await board({ ...given, size: "500" });
  expect([rows.length, total]).toEqual([found, found]);
});

test("the board of people tells the house from the others", async () => {
  const { readAttackers } = await import("#data/attacker-board.ts");
  const score = { score: 0.5, firstBreaks: 1, attacks: 1, firstAt: new Date() };
  const challengeId = (await site.db.challenge.findUniqueOrThrow({ where: { slug } })).id;
  for (const [personId, house] of [
    [await houseAccount(site.db), true],
    [site.people.member.id, false],
  ] as const)
    await site.db.attackerScore.create({ data: { challengeId, personId, house, ...score } });
  const marks = async (show: string) => (await readAttackers(null, slug, { show }))!.rows.map(({ house }) => house);
  expect((await marks("all")).toSorted()).toEqual([false, true]);
  expect(await marks("house")).toEqual([true]);
  expect(await marks("people")).toEqual([false]);
});

test("as it stood at the end of a day: what had been admitted, and done, by then", async () => {
  const { db, people } = site;
  const day = (n: number) => new Date(Date.UTC(2026, 0, n));
  const challenge = await addChallenge(db, people.organizer.id, 4, { createdAt: day(1), attacks: 3 });
  const personId = await houseAccount(db);
  const [early, unmet, late] = [
    await addAttack(db, challenge, people.member.id),
    await addAttack(db, challenge, people.member.id),
    await addAttack(db, challenge, people.other.id),
  ];
  await db.attack.update({
    where: { id: early.id },
    data: { admittedAt: day(2), withdrawnAt: day(6), success: 0.8, met: 3 },
  });
  await db.attack.update({ where: { id: unmet.id }, data: { admittedAt: day(3) } });
  await db.attack.update({ where: { id: late.id }, data: { admittedAt: day(8), success: 0.9, met: 1 } });
  const done = (attackId: string, n: number, met: number, success: number) => ({ attackId, day: day(n), met, success });
  await db.attackDay.createMany({
    data: [done(early.id, 2, 1, 0.2), done(early.id, 5, 3, 0.8), done(late.id, 8, 1, 0.9)],
  });
  const house = { challengeId: challenge.id, attack: "square" };
  await db.houseScore.create({
    data: { ...house, name: "Square", personId, met: 2, success: 0.5, attacked: 8n, queries: 80n, firstAt: day(3) },
  });
  await db.houseScoreDay.createMany({
    data: [
      { ...house, day: day(3), met: 1, success: 0.4, attacked: 4n, queries: 8n },
      { ...house, day: day(7), met: 2, success: 0.5, attacked: 8n, queries: 80n },
    ],
  });
  const { readAttacks } = await import("#data/attack-board.ts");
  const told = async (at?: string, given: Given = {}) => {
    const { rows, total, problems } = (await readAttacks(null, challenge.slug, { ...given, ...(at && { at }) }))!;
    expect(problems).toEqual([]);
    expect(total).toBe(rows.length);
    return rows.map(({ key, success, met, queries, withdrawn }) => [key, success, met, queries, withdrawn]);
  };
  expect(await told("2026-01-01")).toEqual([]);
  expect(await told("2026-01-02")).toEqual([[early.id, 0.2, 1, null, false]]);
  expect(await told("2026-01-04")).toEqual([
    ["square", 0.4, 1, 2, false],
    [early.id, 0.2, 1, null, false],
    [unmet.id, 0, 0, null, false],
  ]);
  expect(await told("2026-01-06")).toEqual([
    [early.id, 0.8, 3, null, true],
    ["square", 0.4, 1, 2, false],
    [unmet.id, 0, 0, null, false],
  ]);
  expect(await told("2026-01-06", { show: "submitted", sort: "success" })).toEqual([
    [unmet.id, 0, 0, null, false],
    [early.id, 0.8, 3, null, true],
  ]);
  expect(await told("2026-01-06", { q: "square" })).toHaveLength(1);
  expect(await told("2026-01-09")).toEqual(await told());
});
