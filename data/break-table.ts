import "server-only";
import { cache } from "react";
import { z } from "zod";
import { type BreakRow, breakColumns } from "#data/break-columns.ts";
import { breakerOf } from "#data/breaks.ts";
import { thresholdsIn } from "#data/levels.ts";
import type { Given, Table } from "#data/table.ts";
import { direction, paging, readQuery, searchText, sorting } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";
import type { Prisma } from "#store/generated/client.ts";

const THRESHOLDS = ["weakened", "broken", "collapsed"] as const;
const shape = {
  ...paging,
  sort: sorting(breakColumns, "-at"),
  challenge: searchText.describe("a challenge's slug"),
  threshold: z.enum(["any", ...THRESHOLDS]).default("any"),
  by: z.enum(["any", "people", "house"]).default("any"),
};
export type BreakQuery = z.infer<z.ZodObject<typeof shape>>;

const author = { select: { handle: true, name: true } };
const select = {
  ...{ id: true, at: true, threshold: true, standingBefore: true, standingAfter: true, taken: true },
  ...{ evaluatorVersion: true, detail: true },
  challenge: { select: { slug: true, title: true, config: true } },
  defense: { select: { id: true, name: true, n: true, claim: true, admittedAt: true, person: author } },
  attack: { select: { id: true, name: true, person: author } },
} satisfies Prisma.HistoryRecordSelect;
type Read = Prisma.HistoryRecordGetPayload<{ select: typeof select }>;

const Measured = z.object({ evaluation: z.string().nullable().default(null) }).catch({ evaluation: null });
const isBreak = { kind: "broken" as const, defenseId: { not: null }, threshold: { in: [...THRESHOLDS] as string[] } };

/** All breaks as a table, the latest first: one row a threshold crossed. */
export async function readBreaks(_viewer: Viewer | null, given: Given): Promise<Table<BreakRow, BreakQuery>> {
  const { query, problems } = readQuery(shape, given);
  const where = {
    ...isBreak,
    ...(query.challenge !== "" && { challenge: { slug: query.challenge } }),
    ...(query.threshold !== "any" && { threshold: query.threshold }),
    ...(query.by !== "any" && { attackId: query.by === "house" ? null : { not: null } }),
  };
  const { key, order } = direction(query.sort);
  const [read, total] = await Promise.all([
    database().historyRecord.findMany({
      where,
      orderBy:
        key === "taken" ? [{ taken: { sort: order, nulls: "last" } }, { id: "asc" }] : [{ at: order }, { id: order }],
      skip: (query.page - 1) * query.size,
      take: query.size,
      select,
    }),
    database().historyRecord.count({ where }),
  ]);
  return { name: "breaks", columns: breakColumns, rows: read.map(rowOf), total, query, problems };
}

/** A break by its id, which is its record's and never changes, or null. */
export const readBreak = cache(async (_viewer: Viewer | null, id: string): Promise<BreakRow | null> => {
  // A bigint has 19 digits at most, and not all of those.
  if (!/^[1-9]\d{0,17}$/.test(id)) return null;
  const read = await database().historyRecord.findFirst({ where: { id: BigInt(id), ...isBreak }, select });
  return read && rowOf(read);
});

/** The same as a table of one row. Null when there is no such break. */
export async function readBreakTable(viewer: Viewer | null, id: string, given: Given) {
  const row = await readBreak(viewer, id);
  if (!row) return null;
  const { query, problems } = readQuery(paging, given);
  return { name: `break-${id}`, columns: breakColumns, rows: [row], total: 1, query, problems };
}

/** The other thresholds that the same fall crossed, as breaks of their own. */
export async function readSameFall(_viewer: Viewer | null, { id, at, defense }: BreakRow) {
  const others = await database().historyRecord.findMany({
    where: { ...isBreak, defenseId: defense.id, at, id: { not: BigInt(id) } },
    orderBy: { id: "asc" },
    select: { id: true, threshold: true },
  });
  return others.map((other) => ({ id: String(other.id), threshold: other.threshold! }));
}

function rowOf({ defense, challenge, attack, detail, evaluatorVersion, ...row }: Read): BreakRow {
  const { id, name, person, n, claim, admittedAt } = defense!;
  const threshold = THRESHOLDS.find((known) => known === row.threshold)!;
  return {
    ...{ id: String(row.id), at: row.at, threshold, claim, n, version: evaluatorVersion },
    under: thresholdsIn(challenge.config)[threshold],
    challenge: { slug: challenge.slug, title: challenge.title },
    defense: { id, name, author: person },
    by: breakerOf(attack, detail),
    ...{ standingBefore: row.standingBefore ?? n, standingAfter: row.standingAfter ?? 0, taken: row.taken ?? 0 },
    lasted: row.at.getTime() - admittedAt.getTime(),
    evaluation: Measured.parse(detail ?? {}).evaluation,
  };
}
