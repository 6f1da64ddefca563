import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DefenseRow } from "#data/defense-columns.ts";
import type { Given } from "#data/table.ts";
import { addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

const N = 100;
let site: Site;
let slug: string;

beforeAll(async () => {
  site = await openSite();
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, N);
  slug = challenge.slug;
  // Two in three are ranked; standings repeat, so that the later criteria decide.
  for (let i = 0; i < 36; i++)
    await addDefense(db, challenge, i % 2 ? people.member.id : people.other.id, (i * 7) % 20, {
      name: i === 5 ? "Needle" : `Defense ${i}`,
      unranked: i % 3 === 0 ? "baseline" : null,
      clean: 60 + (i % 5),
      faced: i % 4,
    });
  await db.challenge.update({ where: { id: challenge.id }, data: { defenses: 36, ranked: 24, bestStanding: 19 } });
});
afterAll(() => site.close());

async function board(given: Given = {}) {
  const { readDefenseBoard } = await import("#data/defense-board.ts");
  return (await readDefenseBoard(null, slug, given))!;
}

/** All rows of a board, page by page. */
async function allRows(given: Given): Promise<DefenseRow[]> {
  const rows: DefenseRow[] = [];
  for (let page = 1; page <= 4; page++) rows.push(...(await board({ ...given, size: "10", page: String(page) })).rows);
  return rows;
}

test("the ranked come first, by robust accuracy, then clean accuracy, then earlier receipt", async () => {
  const { rows, total } = await board();
  expect(total).toBe(36);
  const ranked = rows.slice(0, 24);
  expect(ranked.map(({ rank }) => rank)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
  expect(rows.slice(24).every(({ rank, unranked }) => rank === null && unranked === "baseline")).toBe(true);
  const sorted = ranked.toSorted(
    (a, b) => b.robust! - a.robust! || b.clean! - a.clean! || a.receivedAt.getTime() - b.receivedAt.getTime(),
  );
  expect(ranked).toEqual(sorted);
});

test.each(["rank", "-rank", "name", "-robust", "clean", "-faced", "received", "-holdout", "claim"])(
  "the pages sorted by %s hold every defense once",
  async (sort) => {
    const ids = (await allRows({ sort })).map(({ id }) => id);
    expect(ids).toHaveLength(36);
    expect(new Set(ids).size).toBe(36);
  },
);

describe("filters", () => {
  test("a defense keeps its place in the whole ranking, whatever else is shown", async () => {
    const place = (await board()).rows.find(({ name }) => name === "Needle")!.rank;
    const { rows, total } = await board({ q: "needle" });
    expect(total).toBe(1);
    expect(rows.map(({ rank }) => rank)).toEqual([place]);
    expect((await board({ sort: "name", q: "NEEDLE" })).rows[0]!.rank).toBe(place);
  });

  test("the author's handle is searched too", async () => {
    const { handle } = await site.db.person.findUniqueOrThrow({ where: { id: site.people.member.id } });
    expect((await board({ q: handle })).total).toBe(18);
  });

  test("ranked only, and one level only", async () => {
    expect((await board({ show: "ranked" })).rows).toHaveLength(24);
    const { rows, total } = await board({ level: "broken" });
    expect(rows).toHaveLength(total);
    expect(total).toBeGreaterThan(0);
    expect(rows.every(({ level }) => level === "broken")).toBe(true);
  });
});

test("who cannot be told from the leader is marked; the leader and the unranked are not compared", async () => {
  const { rows } = await board();
  expect(rows[0]!.separable).toBeNull();
  expect(rows[1]!.separable).toBe(false);
  expect(rows[23]!.separable).toBe(true);
  expect(rows[24]!.separable).toBeNull();
});

test("there is no board of a challenge that does not exist", async () => {
  const { readDefenseBoard } = await import("#data/defense-board.ts");
  expect(await readDefenseBoard(null, "no-such", {})).toBeNull();
});
