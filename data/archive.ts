import "server-only";
import { z } from "zod";
import { paperOfId, type ReportingPaper } from "#archive/papers.ts";
import { type ArchiveRecord, NORMS, RESULT_KINDS, STATUSES } from "#archive/record.ts";
import { datasetsOf, recordOf, records } from "#archive/records.ts";
import { archiveColumns, type ResultRow, resultColumns } from "#data/archive-columns.ts";
import type { Column, Given, Table } from "#data/table.ts";
import { direction, paging, readQuery, searchText, searchTextOf, sorting } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";

const distinct = <T>(values: T[]) => [...new Set(values)];

/** What the archive can be filtered by, as it is filled today. */
export const archiveChoices = {
  category: distinct(records.map(({ category }) => category)).sort(),
  dataset: distinct(records.flatMap(datasetsOf)).sort(),
  year: distinct(records.map(({ paper }) => String(paper.year)))
    .sort()
    .reverse(),
  status: [...STATUSES],
  norm: NORMS.filter((norm) => records.some(({ threatModel }) => threatModel.norm === norm)),
  kind: [...RESULT_KINDS],
};

const any = (choices: readonly string[]) => z.enum(["any", ...choices]).default("any");
/** The longest technique and author in the file are 167 and 119 characters: their links must find them. */
const long = searchTextOf(300);

const recordShape = {
  ...paging,
  sort: sorting(archiveColumns, "-claimDate"),
  q: searchText,
  category: any(archiveChoices.category),
  status: any(archiveChoices.status),
  year: any(archiveChoices.year),
  dataset: any(archiveChoices.dataset),
  norm: any(archiveChoices.norm),
  technique: long,
  author: long,
};
export type ArchiveQuery = z.infer<z.ZodObject<typeof recordShape>>;

/** The records that pass the filters in an address, one page of them. */
export function readArchive(_viewer: Viewer | null, given: Given): Table<ArchiveRecord, ArchiveQuery> {
  const { query, problems } = readQuery(recordShape, given);
  const found = records.filter((record) => passes(record, query));
  return { name: "archive", columns: archiveColumns, ...cut(archiveColumns, found, query), query, problems };
}

function passes(record: ArchiveRecord, query: ArchiveQuery): boolean {
  const { category, status, year, dataset, norm, technique, author, q } = query;
  const is = (asked: string, value: string) => asked === "any" || asked === value;
  return (
    is(category, record.category) &&
    is(status, record.status) &&
    is(year, String(record.paper.year)) &&
    (dataset === "any" || datasetsOf(record).includes(dataset)) &&
    is(norm, record.threatModel.norm) &&
    (technique === "" || record.breaks.some((result) => holds([result.technique], technique))) &&
    holds([record.paper.authors, ...record.breaks.map(({ authors }) => authors)], author) &&
    holds(textsOf(record), q)
  );
}

const resultShape = {
  ...paging,
  sort: sorting(resultColumns, "-date"),
  q: searchText,
  kind: any(archiveChoices.kind),
  technique: long,
  author: long,
};
export type ResultQuery = z.infer<z.ZodObject<typeof resultShape>>;

const allResults: readonly ResultRow[] = records.flatMap(resultsOf);

function resultsOf(record: ArchiveRecord): ResultRow[] {
  return record.breaks.map((result, at) => ({ record, result, at }));
}

/** The later results of all records, or of one (`id`), or of one paper; null where there is none of that name. */
export function readResults(
  _viewer: Viewer | null,
  of: { record?: string; paper?: string },
  given: Given,
): Table<ResultRow, ResultQuery> | null {
  const rows = rowsOf(of);
  if (rows === null) return null;
  // A record tells its own story from its beginning.
  const initial = of.record === undefined ? "-date" : "date";
  const { query, problems } = readQuery({ ...resultShape, sort: sorting(resultColumns, initial) }, given);
  const { technique, author, kind, q } = query;
  const found = rows.filter(
    ({ record, result }) =>
      (kind === "any" || kind === result.kind) &&
      holds([result.technique], technique) &&
      holds([result.authors], author) &&
      holds([record.name, result.name, result.authors, result.technique, result.note ?? "", result.source], q),
  );
  const name = ["archive", of.record ?? of.paper ?? "results"].join("-");
  return { name, columns: resultColumns, ...cut(resultColumns, found, query), query, problems };
}

function rowsOf({ record: id, paper }: { record?: string; paper?: string }): readonly ResultRow[] | null {
  if (id !== undefined) {
    const record = recordOf(id);
    return record ? resultsOf(record) : null;
  }
  if (paper === undefined) return allResults;
  const found = paperOfId(paper);
  return found ? found.results.map((each) => ({ ...each, at: each.record.breaks.indexOf(each.result) })) : null;
}

/** A record of the archive by its id. */
export function readRecord(_viewer: Viewer | null, id: string): ArchiveRecord | null {
  return recordOf(id) ?? null;
}

/** Who reported results, by the id of its page. */
export function readPaper(_viewer: Viewer | null, id: string): ReportingPaper | null {
  return paperOfId(id) ?? null;
}

/** All records, or those of one category. */
export function allRecords(_viewer: Viewer | null, category?: string): readonly ArchiveRecord[] {
  return category === undefined ? records : records.filter((record) => record.category === category);
}

function textsOf({ id, name, paper, idea, category, dataset, notes = "", claim, breaks }: ArchiveRecord): string[] {
  const results = breaks.flatMap((result) => [result.name, result.authors, result.technique, result.note ?? ""]);
  const own = [paper.title, paper.authors, paper.venue, paper.arxiv ?? "", String(paper.year), claim.note ?? ""];
  return [id, name, ...own, idea, category, dataset, notes, ...results, ...breaks.map(({ arxiv }) => arxiv ?? "")];
}

/** Whether the texts together hold every word that was asked for; case and accents do not count. */
function holds(texts: string[], asked: string): boolean {
  if (asked === "") return true;
  const all = folded(texts.join("\n"));
  return folded(asked)
    .split(/\s+/)
    .every((word) => all.includes(word));
}

function folded(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/** Sorts by the query's column (what is empty comes last either way) and cuts the query's page out. */
function cut<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  query: { sort: string; page: number; size: number },
) {
  const { key, order } = direction(query.sort);
  const { value } = columns.find((column) => column.key === key)!;
  const sign = order === "asc" ? 1 : -1;
  const sorted = rows.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    if (typeof left === "number" && typeof right === "number") return sign * (left - right);
    return sign * String(left).localeCompare(String(right), "en");
  });
  return { rows: sorted.slice((query.page - 1) * query.size, query.page * query.size), total: rows.length };
}
