import "server-only";
import { z } from "zod";
import { separable, wilson } from "#contest/interval.ts";
import type { Problem } from "#contest/problem.ts";
import type { UnrankedReason } from "#contest/ranking.ts";
import { LEVELS, levelOf } from "#contest/standing.ts";
import { defensesThen, facedThen } from "#data/board-then.ts";
import { type ChallengeView, readChallenge } from "#data/challenges.ts";
import { cutPage } from "#data/cut-page.ts";
import { type DefenseRow, defenseColumns } from "#data/defense-columns.ts";
import { levelFrom } from "#data/levels.ts";
import { momentSince } from "#data/moment.ts";
import type { Given, Table } from "#data/table.ts";
import { direction, paging, readQuery, searchText, sorting } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";
import type { Prisma } from "#store/generated/client.ts";

const shape = (beginning: Date) => ({
  ...paging,
  sort: sorting(defenseColumns, "rank"),
  show: z.enum(["all", "ranked"]).default("all"),
  level: z.enum(["any", ...LEVELS]).default("any"),
  q: searchText,
  at: momentSince(beginning, "the challenge began"),
});
export type DefenseQuery = z.infer<z.ZodObject<ReturnType<typeof shape>>>;

const select = {
  id: true,
  name: true,
  claim: true,
  n: true,
  standing: true,
  clean: true,
  holdoutN: true,
  holdoutRight: true,
  faced: true,
  level: true,
  tier: true,
  unranked: true,
  receivedAt: true,
  person: { select: { handle: true, name: true } },
} satisfies Prisma.DefenseSelect;
type Read = Prisma.DefenseGetPayload<{ select: typeof select }>;

const byMerit = [
  { standing: "desc" },
  { clean: "desc" },
  { receivedAt: "asc" },
  // Baselines come at one moment; every order ends with the id, so that pages never overlap.
  { id: "asc" },
] satisfies Prisma.DefenseOrderByWithRelationInput[];

/**
 * The defense board of a challenge. Reads the evaluator's columns only, never an evaluation; the ranked come first,
 * then the others by the same measure, unless another order was asked for. As it stood at `?at=` it is read from the
 * defenses' records.
 */
export async function readDefenseBoard(
  viewer: Viewer | null,
  slug: string,
  given: Given,
): Promise<Table<DefenseRow, DefenseQuery> | null> {
  const challenge = await readChallenge(viewer, slug);
  if (!challenge) return null;
  const { query, problems } = readQuery(shape(challenge.createdAt), given);
  const name = `${slug}-defenses`;
  if (query.at !== null) {
    if (query.sort.endsWith("faced")) problems.push(unsorted(query.sort));
    return { name, columns: defenseColumns, ...(await boardThen(challenge, query, query.at)), query, problems };
  }
  const where = filter(challenge.id, query);
  const filtered = query.q !== "" || query.level !== "any";
  const [ranked, all] = filtered
    ? await Promise.all([count({ ...where, unranked: null }), count(where)])
    : [challenge.ranked, query.show === "ranked" ? challenge.ranked : challenge.defenses];
  const read = query.sort === "rank" ? await readByRank(where, ranked, query) : await readSorted(where, query);
  const ranks =
    query.sort === "rank" && !filtered
      ? new Map(read.map(({ id }, i) => [id, (query.page - 1) * query.size + i + 1]))
      : await ranksOf(challenge.id, read);
  const leader = challenge.bestStanding;
  const rows = read.map((defense) => rowOf(defense, ranks.get(defense.id) ?? null, leader));
  return { name, columns: defenseColumns, rows, total: all, query, problems };
}

const unsorted = (found: string): Problem => ({
  code: "bad-parameter",
  message: 'The parameter "sort" was not understood.',
  where: "sort",
  expected:
    "a column that a board of the past can be sorted by: how many attacks each had faced is counted for one page",
  found,
});

/** The query's page of the board as it stood at `at`. */
async function boardThen(
  { id, config }: Pick<ChallengeView, "id" | "config">,
  { show, level, q, ...query }: DefenseQuery,
  at: Date,
): Promise<{ rows: DefenseRow[]; total: number }> {
  const all = await defensesThen(id, at);
  const leader = all[0]?.unranked === null ? all[0].standing : null;
  const rows = all.map((defense, i) => {
    const { n, standing } = defense;
    const then = { ...defense, faced: 0, level: levelOf(n === 0 ? 1 : standing / n, config.thresholds) };
    return rowOf(then, i + 1, leader);
  });
  const asked = q.toLowerCase();
  const shown = rows.filter(
    (row) =>
      (show === "all" || row.unranked === null) &&
      (level === "any" || row.level === level) &&
      [row.name, row.author.name, row.author.handle].some((text) => text.toLowerCase().includes(asked)),
  );
  const sort = query.sort.endsWith("faced") ? "rank" : query.sort;
  const page = cutPage(defenseColumns, shown, { ...query, sort });
  const faced = await facedThen(
    page.rows.map((row) => row.id),
    at,
  );
  return { ...page, rows: page.rows.map((row) => ({ ...row, faced: faced.get(row.id) ?? 0 })) };
}

function filter(challengeId: string, { show, level, q }: DefenseQuery): Prisma.DefenseWhereInput {
  const contains = { contains: q, mode: "insensitive" as const };
  return {
    challengeId,
    ...(show === "ranked" && { unranked: null }),
    ...(level !== "any" && { level, n: { gt: 0 } }),
    ...(q !== "" && { OR: [{ name: contains }, { person: { name: contains } }, { person: { handle: contains } }] }),
  };
}

const count = (where: Prisma.DefenseWhereInput) => database().defense.count({ where });

/**
 * Two lists one after the other, each from its own index: the ranked, then the rest. The ids come first, from the index
 * alone: a page deep in a long board would otherwise read every row that it skips.
 */
async function readByRank(where: Prisma.DefenseWhereInput, ranked: number, query: DefenseQuery): Promise<Read[]> {
  const skip = (query.page - 1) * query.size;
  const find = (
    unranked: Prisma.DefenseWhereInput["unranked"],
    orderBy: Prisma.DefenseOrderByWithRelationInput[],
    [from, take]: [number, number],
  ) =>
    database().defense.findMany({
      where: { AND: [where, { unranked }] },
      orderBy,
      select: { id: true },
      skip: from,
      take,
    });
  // All of these have no reason, but PostgreSQL follows the index only where its order is asked for whole.
  const first = skip < ranked ? await find(null, [{ unranked: "asc" }, ...byMerit], [skip, query.size]) : [];
  const wanted = query.show === "ranked" ? 0 : query.size - first.length;
  const rest = wanted > 0 ? await find({ not: null }, byMerit, [Math.max(0, skip - ranked), wanted]) : [];
  const ids = [...first, ...rest].map(({ id }) => id);
  const read = new Map(
    (await database().defense.findMany({ where: { id: { in: ids } }, select })).map((d) => [d.id, d]),
  );
  return ids.map((id) => read.get(id)!);
}

async function readSorted(where: Prisma.DefenseWhereInput, query: DefenseQuery): Promise<Read[]> {
  const { key, order } = direction(query.sort);
  const column = { robust: "standing", holdout: "holdoutRight", received: "receivedAt" }[key] ?? key;
  // "-rank" turns the ranking round.
  const orderBy =
    key === "rank"
      ? [
          { unranked: { sort: "desc", nulls: "last" } },
          { standing: "asc" },
          { clean: "asc" },
          { receivedAt: "desc" },
          { id: "desc" },
        ]
      : [{ [column]: order }, ...byMerit];
  return database().defense.findMany({
    where,
    orderBy: orderBy as Prisma.DefenseOrderByWithRelationInput[],
    select,
    skip: (query.page - 1) * query.size,
    take: query.size,
  });
}

/** Places in the whole ranking of those among `read` that have one. */
async function ranksOf(challengeId: string, read: Read[]): Promise<Map<string, number>> {
  const ids = read.filter(({ unranked }) => unranked === null).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const ranks = await database().$queryRaw<{ id: string; rank: bigint }[]>`
    SELECT id, rank FROM (
      SELECT id, row_number() OVER (ORDER BY standing DESC, clean DESC, "receivedAt", id) AS rank
      FROM "Defense" WHERE "challengeId" = ${challengeId} AND unranked IS NULL
    ) AS board WHERE id = ANY(${ids})`;
  return new Map(ranks.map(({ id, rank }) => [id, Number(rank)]));
}

function rowOf(defense: Read, rank: number | null, leader: number | null): DefenseRow {
  const { id, name, claim, n, standing, clean, holdoutN, holdoutRight, faced, tier, receivedAt } = defense;
  const measured = n > 0;
  const [low, high] = wilson(standing, n);
  const unranked = defense.unranked as UnrankedReason | null;
  return {
    id,
    rank: unranked === null ? rank : null,
    name,
    author: defense.person,
    claim,
    n,
    robust: measured ? standing / n : null,
    low: measured ? low : null,
    high: measured ? high : null,
    clean: measured ? clean / n : null,
    holdout: wholePercents(holdoutRight, holdoutN),
    faced,
    level: levelFrom(defense.level),
    tier,
    unranked,
    separable: unranked !== null || rank === 1 || leader === null ? null : separable(standing, leader, n),
    receivedAt,
  };
}

/** Rule 9: the only form in which a holdout's result leaves. Null before it was measured. */
export function wholePercents(right: number, n: number): number | null {
  return n === 0 ? null : Math.round((100 * right) / n) / 100;
}
