import "server-only";
import type { AttackerRow } from "#data/attack-columns.ts";
import { dayOf } from "#data/moment.ts";
import { database } from "#store/database.ts";
import { Prisma } from "#store/generated/client.ts";

interface Asked {
  show: "all" | "people" | "house";
  page: number;
  size: number;
}

type Read = Omit<AttackerRow, "person" | "queries" | "rank"> & {
  handle: string;
  name: string;
  queries: bigint | null;
  rank: bigint;
  total: bigint;
};

/**
 * One page of the board of people as it was at the end of the day (UTC) of `at`: scores are kept by the day. Of each
 * person one row is looked up by index.
 */
export async function attackersThen(challengeId: string, at: Date, { show, page, size }: Asked) {
  const house = show === "all" ? Prisma.empty : Prisma.sql`AND s."house" = ${show === "house"}`;
  const read = await database().$queryRaw<Read[]>`
    SELECT *, count(*) OVER () AS total FROM (
      SELECT p."handle", p."name", s."house", s."firstAt", d."score", d."firstBreaks", d."queries", d."attacks",
        row_number() OVER (ORDER BY d."score" DESC, d."firstBreaks" DESC, d."queries" ASC NULLS LAST, s."firstAt", p."id") AS rank
      FROM "AttackerScore" s JOIN "Person" p ON p."id" = s."personId" CROSS JOIN LATERAL (
        SELECT * FROM "AttackerScoreDay" d WHERE d."challengeId" = s."challengeId" AND d."personId" = s."personId" AND d."day" <= ${dayOf(at)}::date
        ORDER BY d."day" DESC LIMIT 1
      ) AS d
      WHERE s."challengeId" = ${challengeId} ${house}
    ) AS board ORDER BY rank LIMIT ${size} OFFSET ${(page - 1) * size}`;
  const rows = read.map(({ handle, name, queries, rank, total: _, ...row }): AttackerRow => {
    return { ...row, rank: Number(rank), person: { handle, name }, queries: queries === null ? null : Number(queries) };
  });
  return { rows, total: Number(read[0]?.total ?? 0) };
}
