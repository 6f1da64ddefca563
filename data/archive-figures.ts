import "server-only";
import { z } from "zod";
import { predating, survivalOf } from "#archive/lifetime.ts";
import { claimedAccuracy, lowestResult } from "#archive/outcome.ts";
import type { ArchiveRecord } from "#archive/record.ts";
import { allRecords, archiveChoices } from "#data/archive.ts";
import { anyOf } from "#data/archive-table.ts";
import { cutPage } from "#data/cut-page.ts";
import type { Column, Given, Table } from "#data/table.ts";
import { paging, readQuery, sorting } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";

/** The defenses of one category or of one year. */
export interface Group {
  name: string;
  records: readonly ArchiveRecord[];
}

const withStatus = (status: string) => (group: Group) =>
  group.records.filter((record) => record.status === status).length;

export const groupColumns: readonly Column<Group>[] = [
  {
    key: "name",
    head: "Group",
    about: "The category, or the year of the papers",
    value: ({ name }) => name,
    sort: "asc",
  },
  { key: "defenses", head: "Defenses", about: "How many", value: ({ records }) => records.length, sort: "desc" },
  { key: "broken", head: "Broken", about: "How many of them are broken", value: withStatus("broken"), sort: "desc" },
  {
    key: "partially",
    head: "Partially",
    about: "How many are partially broken",
    value: withStatus("partially broken"),
  },
  { key: "standing", head: "Standing", about: "How many stand", value: withStatus("standing"), sort: "desc" },
  {
    key: "unlooked",
    head: "No later result",
    about: "How many of those that stand nobody is known to have evaluated again",
    value: ({ records }) => records.filter(({ breaks }) => breaks.length === 0).length,
  },
  {
    key: "claimed",
    head: "Claimed",
    about: "The middle of their claims as robust accuracy in percent, of those that have one and a later result",
    value: ({ records }) => middle(pointsOf(records).map(({ claimed }) => claimed)),
    sort: "desc",
  },
  {
    key: "kept",
    head: "Kept",
    about: "The middle of their lowest later results in percent, of those that also have a claim",
    value: ({ records }) => middle(pointsOf(records).map(({ kept }) => kept)),
    sort: "asc",
  },
  {
    key: "months",
    head: "Half broken after",
    about: "Months until half of them were broken (Kaplan-Meier); empty where fewer were",
    value: ({ records }) => survivalOf(records).median.time,
    sort: "asc",
  },
];

const shape = {
  ...paging,
  sort: sorting(groupColumns, "-defenses"),
  by: z.enum(["category", "year"]).default("category"),
  category: anyOf(archiveChoices.category),
  year: anyOf(archiveChoices.year),
};
export type FiguresQuery = z.infer<z.ZodObject<typeof shape>>;

/** The archive in groups, by category or by year, of all records or of those that the address asks for. */
export function readGroups(
  viewer: Viewer | null,
  given: Given,
): Table<Group, FiguresQuery> & { records: ArchiveRecord[] } {
  const { query, problems } = readQuery(shape, given);
  const { by, category, year } = query;
  const records = allRecords(viewer).filter(
    (record) =>
      (category === "any" || record.category === category) && (year === "any" || String(record.paper.year) === year),
  );
  const keyed = Map.groupBy(records, (record) => (by === "year" ? String(record.paper.year) : record.category));
  const groups = [...keyed].map(([name, records]) => ({ name, records }));
  return {
    ...{ name: "archive-figures", columns: groupColumns, records, query, problems },
    ...cutPage(groupColumns, groups, query),
  };
}

/** How long these lasted, and how many of their results are dated before the claim that they are about. */
export function lifetimes(_viewer: Viewer | null, records: readonly ArchiveRecord[]) {
  return { ...survivalOf(records), predating: records.reduce((sum, record) => sum + predating(record).length, 0) };
}

/** A defense with a claim and a later result that both are accuracies, in percent. */
export interface KeptPoint {
  record: ArchiveRecord;
  claimed: number;
  kept: number;
}

/** What was claimed and what the lowest later result left, of those that have both. */
export function pointsOf(records: readonly ArchiveRecord[]): KeptPoint[] {
  return records.flatMap((record) => {
    const [claimed, kept] = [claimedAccuracy(record), lowestResult(record)?.resultingRobustAccuracy ?? null];
    return claimed === null || kept === null ? [] : [{ record, claimed, kept }];
  });
}

/** The median; of an even number the mean of the two in the middle, to a hundredth; null of none. */
function middle(values: number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return Math.round(50 * (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!)) / 100;
}
