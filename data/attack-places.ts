import "server-only";
import { dayOf } from "#data/moment.ts";
import { direction } from "#data/table-query.ts";
import { database } from "#store/database.ts";
import { Prisma } from "#store/generated/client.ts";

/** What decides which attacks a board shows, and in what order; `sort` is one of the board's columns. */
interface Asked {
  show: "all" | "submitted" | "house";
  q: string;
  sort: string;
  page: number;
  size: number;
  /** As which moment; what attacks have done is kept by the day (UTC). Null for now. */
  at: Date | null;
}

/** A line of the board: a submitted attack by its id, or one of the house's by its name in stages; and what it has done. */
export interface Place {
  id: string;
  house: boolean;
  success: number;
  met: number;
  /** Of the house's: points that it was run on, and inputs answered for it. */
  attacked: bigint | null;
  queries: bigint | null;
}

/** The lines of one page in their order. Submitted attacks and the house's are two tables, sorted as one. */
export async function readPlaces(challengeId: string, asked: Asked): Promise<Place[]> {
  const { key, order } = direction(asked.sort);
  const column = key === "received" ? "receivedAt" : key;
  // Only the house's rows lack a value, and only of rows; elsewhere the words would keep PostgreSQL from its index.
  const nulls = key === "rows" ? "NULLS LAST" : "";
  return database().$queryRaw<Place[]>`
    SELECT "id", "house", "success", "met", "attacked", "queries" FROM (${lines(challengeId, asked)}) AS board
    ORDER BY ${Prisma.raw(`"${column}" ${order} ${nulls}`)}, "receivedAt", "id"
    LIMIT ${asked.size} OFFSET ${(asked.page - 1) * asked.size}`;
}

/** How many lines there are on all pages. */
export async function countPlaces({ id, attacks }: { id: string; attacks: number }, asked: Asked): Promise<number> {
  const count = (of: Asked) =>
    database().$queryRaw<[{ count: bigint }]>`SELECT count(*) FROM (${lines(id, of)}) AS board`;
  // The challenge knows how many were submitted; the house has a handful.
  const known = asked.q === "" && asked.show !== "house" && asked.at === null ? attacks : 0;
  if (known > 0 && asked.show === "submitted") return known;
  const [{ count: rest }] = await count(known > 0 ? { ...asked, show: "house" } : asked);
  return known + Number(rest);
}

function lines(challengeId: string, { show, q, at }: Asked): Prisma.Sql {
  const found = q === "" ? Prisma.empty : Prisma.sql`AND ${matches(q)}`;
  const submitted = Prisma.sql`
    SELECT "id", FALSE AS "house", "name", "success", "met", "rows", NULL::bigint AS "attacked", NULL::bigint AS "queries", "receivedAt"
    FROM ${at === null ? Prisma.sql`"Attack"` : attacksThen(at)} WHERE "challengeId" = ${challengeId} ${found}`;
  const house = Prisma.sql`
    SELECT "attack" AS "id", TRUE AS "house", "name", "success", "met", NULL::int AS "rows", "attacked", "queries", "firstAt" AS "receivedAt"
    FROM ${at === null ? Prisma.sql`"HouseScore"` : houseThen(at)} WHERE "challengeId" = ${challengeId} ${found}`;
  if (show === "all") return Prisma.sql`${submitted} UNION ALL ${house}`;
  return show === "house" ? house : submitted;
}

/** Attacks admitted by `at`, with what they had done by the end of that day. */
function attacksThen(at: Date): Prisma.Sql {
  return Prisma.sql`(
    SELECT a."challengeId", a."id", a."name", a."personId", a."rows", a."receivedAt", coalesce(d."success", 0) AS "success", coalesce(d."met", 0) AS "met"
    FROM "Attack" a LEFT JOIN LATERAL (
      SELECT * FROM "AttackDay" d WHERE d."attackId" = a."id" AND d."day" <= ${dayOf(at)}::date ORDER BY d."day" DESC LIMIT 1
    ) AS d ON TRUE WHERE a."admittedAt" <= ${at}) AS a`;
}

function houseThen(at: Date): Prisma.Sql {
  return Prisma.sql`(
    SELECT s."challengeId", s."attack", s."name", s."personId", s."firstAt", d."success", d."met", d."attacked", d."queries"
    FROM "HouseScore" s CROSS JOIN LATERAL (
      SELECT * FROM "HouseScoreDay" d WHERE d."challengeId" = s."challengeId" AND d."attack" = s."attack" AND d."day" <= ${dayOf(at)}::date
      ORDER BY d."day" DESC LIMIT 1
    ) AS d) AS s`;
}

/** That the name, or the author's name or handle, holds `q`, upper or lower case. */
function matches(q: string): Prisma.Sql {
  const holds = (column: string) => Prisma.sql`strpos(lower(${Prisma.raw(`"${column}"`)}), lower(${q})) > 0`;
  return Prisma.sql`(${holds("name")} OR "personId" IN (SELECT "id" FROM "Person" WHERE ${holds("name")} OR ${holds("handle")}))`;
}
