import { afterAll, beforeAll, expect, test } from "vitest";
import type { Given } from "#data/table.ts";
import { addAttack, addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

const N = 100;
const day = (n: number, hour = 0) => new Date(Date.UTC(2026, 0, n, hour));
let site: Site;
let slug: string;
let names: Record<string, string>;

beforeAll(async () => {
  site = await openSite();
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, N, { createdAt: day(1) });
  slug = challenge.slug;
  const attack = await addAttack(db, challenge, people.member.id);
  /** A defense that was admitted on a day and that `by` took under 30 % some days later. */
  const life = async (name: string, entered: number, after: number | null, by: object, clean = 90) => {
    const over = { name, clean, admittedAt: day(entered), receivedAt: day(entered) };
    const { id } = await addDefense(db, challenge, people.other.id, after === null ? 80 : 20, over);
    const row = { challengeId: challenge.id, defenseId: id, evaluatorVersion: "1" };
    const data = [
      { ...row, kind: "claimed" as const, at: day(entered) },
      { ...row, kind: "admitted" as const, standingAfter: clean, at: day(entered) },
    ];
    await db.historyRecord.createMany({ data });
    if (after === null) return id;
    const fall = {
      ...row,
      ...by,
      standingBefore: clean,
      standingAfter: 20,
      taken: clean - 20,
      at: day(entered + after),
    };
    await db.historyRecord.createMany({
      data: [
        { ...fall, kind: "fell" },
        { ...fall, kind: "broken", threshold: "weakened" },
        { ...fall, kind: "broken", threshold: "broken" },
      ],
    });
    return id;
  };
  const house = { detail: { subject: "full/square" } };
  names = {
    [await life("stands", 1, null, {})]: "stands",
    [await life("person", 2, 10, { attackId: attack.id })]: "person",
    [await life("house", 3, 2, house)]: "house",
    [await life("other house", 4, 2, { detail: { subject: "quick/apgd-ce@smooth" } })]: "other house",
    [await life("poor", 5, null, {}, 10)]: "poor",
  };
  const led = { challengeId: challenge.id, kind: "led" as const, evaluatorVersion: "1" };
  const [first] = Object.keys(names);
  await db.historyRecord.createMany({
    data: [
      { ...led, defenseId: first, standingAfter: 90, at: day(1, 5) },
      { ...led, defenseId: null, standingAfter: null, at: day(30) },
    ],
  });
});
afterAll(() => site.close());

async function lives(given: Given) {
  const { readLives } = await import("#data/challenge-history.ts");
  return (await readLives(null, slug, given))!;
}

async function story(given: Given) {
  const { readScope } = await import("#data/challenge-history.ts");
  const { readFrontier, readSurvival, readTallies } = await import("#data/challenge-survival.ts");
  const scope = (await readScope(null, slug, given))!;
  return {
    survival: await readSurvival(scope),
    tallies: await readTallies(scope),
    frontier: await readFrontier(scope, N),
  };
}

test("each defense has its entry, what broke it and how long that took, the longest first when so asked", async () => {
  const { rows, total, problems } = await lives({ at: "2026-01-21T00:00:00Z", sort: "-lasted" });
  expect({ total, problems }).toEqual({ total: 5, problems: [] });
  const told = rows.map(({ name, lasted, ended, by }) => [name, lasted, ended, by?.name ?? null]);
  expect(told).toEqual(
    [
      ["stands", 20, null, null],
      ["person", 10, day(12), expect.stringMatching(/^Attack/)],
      ["house", 2, day(5), "Square"],
      ["other house", 2, day(6), "APGD-CE, smooth"],
      ["poor", 0, day(5), null],
    ].toSorted(([, a], [, b]) => Number(b) - Number(a)),
  );
});

test("at an earlier moment there is only what had been, and what broke later still stood", async () => {
  const { rows } = await lives({ at: "2026-01-03T12:00:00Z", sort: "entered" });
  expect(rows.map(({ name, ended, robust }) => [name, ended, robust])).toEqual([
    ["stands", null, 0.9],
    ["person", null, 0.9],
    ["house", null, 0.9],
  ]);
});

test("another threshold ends other lives", async () => {
  const { rows } = await lives({ threshold: "collapsed", at: "2026-01-21" });
  expect(rows.filter(({ ended }) => ended !== null)).toEqual([]);
});

test("the survival curve is Kaplan and Meier's of the lives, and its median half of them", async () => {
  const { survival } = await story({ at: "2026-01-21T00:00:00Z" });
  expect(survival).toMatchObject({ unit: "days", broke: 4, stood: 1 });
  expect(survival.curve.map(({ time, atRisk, ended, censored }) => [time, atRisk, ended, censored])).toEqual([
    [0, 5, 1, 0],
    [2, 4, 2, 0],
    [10, 2, 1, 0],
    [20, 1, 0, 1],
  ]);
  expect(survival.curve.map(({ survival }) => survival)).toEqual([
    4 / 5,
    (4 / 5) * (2 / 4),
    expect.closeTo(0.2),
    expect.closeTo(0.2),
  ]);
  expect(survival.median.time).toBe(2);
});

test("breaks are counted by week, by person and by technique", async () => {
  const { tallies } = await story({ at: "2026-01-21" });
  expect(tallies.weeks.map(({ name, breaks }) => [name, breaks])).toEqual([
    ["2026-01-12", 1],
    ["2026-01-05", 2],
  ]);
  expect(tallies.people.map(({ name, breaks }) => [name, breaks])).toEqual([
    ["the house", 2],
    ["member", 1],
  ]);
  expect(new Set(tallies.techniques.map(({ name }) => name))).toEqual(
    new Set(["Square", "APGD-CE", "examples that people submitted"]),
  );
});

test("the frontier is who led until then; nobody where nobody was ranked", async () => {
  const at = async (day: string) => (await story({ at: day })).frontier.map(({ robust }) => robust);
  expect(await at("2026-01-01T04:00:00Z")).toEqual([]);
  expect(await at("2026-01-20")).toEqual([0.9]);
  expect(await at("2026-01-30")).toEqual([0.9, null]);
});

test.each(["2025-12-31", "2999-01-01", "soon"])("%s is no moment of its history", async (at) => {
  const { problems, query } = await lives({ at });
  expect(query.at).toBeNull();
  expect(problems).toMatchObject([
    { where: "at", found: at, expected: expect.stringContaining("2026-01-01T00:00:00Z") },
  ]);
});

test("there is no history of a challenge that does not exist", async () => {
  const { readLives, readScope } = await import("#data/challenge-history.ts");
  expect(await readLives(null, "no-such", {})).toBeNull();
  expect(await readScope(null, "no-such", {})).toBeNull();
});
