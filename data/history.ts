import "server-only";
import { z } from "zod";
import { flaggedWords } from "#contest/flags.ts";
import { type HistoryState, replay, STANDING_KINDS } from "#contest/history.ts";
import { type Breaker, breakerOf } from "#data/breaks.ts";
import { readDefense } from "#data/defense.ts";
import { type HistoryRow, historyColumns } from "#data/history-columns.ts";
import { momentSince } from "#data/moment.ts";
import type { Given, Table } from "#data/table.ts";
import { direction, paging, readQuery, sorting } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";
import { type Prisma, RecordKind } from "#store/generated/client.ts";

const shape = (receivedAt: Date) => ({
  ...paging,
  sort: sorting(historyColumns, "at"),
  kind: z.enum(["any", ...Object.values(RecordKind)]).default("any"),
  at: momentSince(receivedAt, "the defense was received"),
});
export type HistoryQuery = z.infer<z.ZodObject<ReturnType<typeof shape>>>;

/** Rows of a defense's record that are read for its chart and its state; it has one for each fall and few others. */
const MOST = 10_000;

const select = {
  id: true,
  kind: true,
  at: true,
  threshold: true,
  standingBefore: true,
  standingAfter: true,
  taken: true,
  evaluatorVersion: true,
  detail: true,
  attack: { select: { id: true, name: true, person: { select: { handle: true, name: true } } } },
} satisfies Prisma.HistoryRecordSelect;
type Read = Prisma.HistoryRecordGetPayload<{ select: typeof select }>;

const Measured = z.object({ evaluation: z.string().nullable().default(null) }).catch({ evaluation: null });

/** The record of a defense as a table, as it stood at `?at=`. Null when there is no such defense. */
export async function readHistory(
  viewer: Viewer | null,
  defenseId: string,
  given: Given,
): Promise<Table<HistoryRow, HistoryQuery> | null> {
  const defense = await readDefense(viewer, defenseId);
  if (!defense) return null;
  const { query, problems } = readQuery(shape(defense.receivedAt), given);
  const where = {
    ...{ defenseId, ...(query.kind !== "any" && { kind: query.kind }) },
    ...(query.at && { at: { lte: query.at } }),
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
  const rows = read.map((row) => rowOf(row, defense.n));
  return { name: `defense-${defenseId}-history`, columns: historyColumns, rows, total, query, problems };
}

function rowOf({ attack, detail, ...row }: Read, n: number): HistoryRow {
  const { evaluation } = Measured.parse(detail ?? {});
  const flagged = row.kind === "flagged" ? flaggedWords(detail) : null;
  return { ...row, n, detail, evaluation, flagged, by: breakerOf(attack, detail) };
}

/** A moment from which another number of a defense's points stood, and what brought it there. */
export interface Fall {
  at: Date;
  standing: number;
  taken: number;
  /** Null for the clean points, at the admission. */
  by: Breaker | null;
  evaluation: string | null;
}

/** How a defense came to where it stood at a moment. */
export interface Course {
  /** Oldest first. */
  records: HistoryRow[];
  falls: Fall[];
  /** When attacks were measured that took nothing. */
  quiet: Date[];
  /** Participants' attacks that it had met. */
  faced: number;
  state: HistoryState;
}

/** The course of a defense of `n` points until `at`, which is null for now. */
export async function readCourse(
  _viewer: Viewer | null,
  { id: defenseId, n }: { id: string; n: number },
  at: Date | null,
): Promise<Course> {
  const until = at && { lte: at };
  const [latestFirst, evaluations] = await Promise.all([
    database().historyRecord.findMany({
      where: { defenseId, ...(until && { at: until }) },
      orderBy: [{ at: "desc" }, { id: "desc" }],
      take: MOST,
      select,
    }),
    database().evaluation.findMany({
      where: { defenseId, kind: { in: ["attack", "house"] }, taken: 0, ...(until && { createdAt: until }) },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      take: MOST,
      select: { createdAt: true, kind: true },
    }),
  ]);
  const records = latestFirst.reverse().map((row) => rowOf(row, n));
  return {
    records,
    falls: records.filter(({ kind }) => STANDING_KINDS.some((known) => known === kind)).map(fallOf),
    quiet: evaluations.map(({ createdAt }) => createdAt),
    faced:
      evaluations.filter(({ kind }) => kind === "attack").length +
      records.filter(({ kind, by }) => kind === "fell" && by.attack !== null).length,
    state: replay(records),
  };
}

function fallOf({ kind, at, standingAfter, taken, by, evaluation }: HistoryRow): Fall {
  return { at, standing: standingAfter ?? 0, taken: taken ?? 0, by: kind === "fell" ? by : null, evaluation };
}
