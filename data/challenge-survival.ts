import "server-only";
import { HOUSE_ATTACKS } from "#contest/gauntlet.ts";
import { kaplanMeier, medianLifetime } from "#contest/survival.ts";
import { endOf, inScope, readScope, type Scope } from "#data/challenge-history.ts";
import type { Given } from "#data/table.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";
import { Prisma } from "#store/generated/client.ts";

/** In seconds. */
const HOUR = 3600;
const DAY = 24 * HOUR;
/** Histories shorter than this are told in hours. */
const LONG = 14 * DAY;
/** Steps of the frontier that are read. */
const MOST = 2000;

/** That a record `h` is a break of the scope's threshold. */
const isBreak = ({ challengeId, threshold, at }: Scope) => Prisma.sql`
  h."challengeId" = ${challengeId} AND h."kind" = 'broken' AND h."threshold" = ${threshold} AND h."at" <= ${at}`;

/** The breaks of a scope's defenses, counted by week and by what made them. What has a break was admitted before it. */
const breaksOf = (scope: Scope) => database().$queryRaw<Broke[]>`
  SELECT date_trunc('week', h."at", 'UTC') AS week, p."handle", p."name",
    CASE WHEN h."attackId" IS NULL THEN split_part(split_part(h."detail"->>'subject', '/', 2), '@', 1) END AS house, count(*)::int AS breaks
  FROM "HistoryRecord" h ${scope.submitted ? Prisma.sql`JOIN "Defense" d ON d."id" = h."defenseId" AND d."origin" = 'person'` : Prisma.empty}
    LEFT JOIN "Attack" a ON a."id" = h."attackId" LEFT JOIN "Person" p ON p."id" = a."personId"
  WHERE ${isBreak(scope)} GROUP BY 1, 2, 3, 4`;

interface Broke {
  week: Date;
  /** Of the attack's author; null where the house broke it. */
  handle: string | null;
  name: string | null;
  house: string | null;
  breaks: number;
}

/** How many breaks there were of one kind; `href` leads to what it is. */
export interface Tally {
  name: string;
  href: string | null;
  breaks: number;
}

/**
 * How long defenses of a challenge last: the survival curve in whole `unit`s, and how many ended at once, since they lay
 * below the threshold unattacked. Those that stand were watched until the scope's moment; a withdrawn defense still meets every attack.
 */
export async function readSurvival(scope: Scope) {
  // Grouped in the unit that they are told in: a row for each day, not for each hour, of a long history.
  const groups = await database().$queryRaw<{ time: number; ended: boolean; count: number; size: number }[]>`
    SELECT floor(extract(epoch FROM coalesce(ended, ${scope.at}) - entered)::float8 / unit.size)::float8 AS time, ended IS NOT NULL AS ended,
      count(*)::int AS count, unit.size
    FROM (
      SELECT d."admittedAt" AS entered, ${endOf(scope)} AS ended FROM "Defense" d LEFT JOIN (
        SELECT h."defenseId", min(h."at") AS at FROM "HistoryRecord" h WHERE ${isBreak(scope)} GROUP BY 1) b ON b."defenseId" = d."id"
      WHERE ${inScope(scope)}) lives, (
      SELECT CASE WHEN extract(epoch FROM ${scope.at} - min(d."admittedAt")) >= ${LONG} THEN ${DAY} ELSE ${HOUR} END::float8 AS size
      FROM "Defense" d WHERE ${inScope(scope)}) unit
    GROUP BY 1, 2, 4`;
  const unit = groups[0]?.size === DAY ? ("days" as const) : ("hours" as const);
  const lives = groups.flatMap(({ time, ended, count }) => Array.from({ length: count }, () => ({ time, ended })));
  const curve = kaplanMeier(lives);
  const total = (ended: boolean) => lives.filter((life) => life.ended === ended).length;
  return { unit, curve, median: medianLifetime(curve), broke: total(true), stood: total(false) };
}

/** Breaks of a challenge by week (latest first), by person and by technique (most first). */
export async function readTallies(scope: Scope): Promise<Record<"weeks" | "people" | "techniques", Tally[]>> {
  const breaks = await breaksOf(scope);
  const tally = (keyOf: (broke: Broke) => { name: string; href: string | null }) => {
    const tallies = new Map<string, Tally>();
    for (const broke of breaks) {
      const { name, href } = keyOf(broke);
      const key = href ?? name;
      tallies.set(key, { name, href, breaks: (tallies.get(key)?.breaks ?? 0) + broke.breaks });
    }
    return [...tallies.values()].sort((a, b) => b.breaks - a.breaks);
  };
  return {
    weeks: tally(({ week }) => ({ name: week.toISOString().slice(0, 10), href: null })).sort((a, b) =>
      a.name < b.name ? 1 : -1,
    ),
    people: tally(({ handle, name }) =>
      handle === null ? { name: "the house", href: null } : { name: name!, href: `/people/${handle}` },
    ),
    techniques: tally(({ handle, house }) => {
      if (handle !== null) return { name: "examples that people submitted", href: null };
      const known = Object.entries(HOUSE_ATTACKS).find(([key]) => key === house);
      return { name: known?.[1].name ?? "the gauntlet", href: null };
    }),
  };
}

/** Who led a challenge from when on, and with what fraction of the points; null where nobody was ranked. Oldest first. */
export async function readFrontier({ challengeId, at }: Scope, n: number) {
  const led = await database().historyRecord.findMany({
    where: { challengeId, kind: "led", at: { lte: at } },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: MOST,
    select: { at: true, standingAfter: true, defense: { select: { id: true, name: true } } },
  });
  return led.reverse().map(({ at, standingAfter, defense }) => {
    return { at, defense, robust: standingAfter === null || n === 0 ? null : standingAfter / n };
  });
}

/** What JSON has besides the lives of a challenge's defenses: what the page draws. */
export async function historyBeside(viewer: Viewer | null, slug: string, given: Given): Promise<object> {
  const scope = (await readScope(viewer, slug, given))!;
  const challenge = await database().challenge.findUniqueOrThrow({ where: { slug }, select: { n: true } });
  const [survival, tallies, frontier] = await Promise.all([
    readSurvival(scope),
    readTallies(scope),
    readFrontier(scope, challenge.n),
  ]);
  return { survival, ...tallies, frontier };
}
