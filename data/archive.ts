import "server-only";
import type { z } from "zod";
import { recordBibtex } from "#archive/bibtex.ts";
import { correctables } from "#archive/correction.ts";
import { type ArchiveRecord, NORMS, RESULT_KINDS, STATUSES } from "#archive/record.ts";
import { datasetsOf, recordOf, records } from "#archive/records.ts";
import { archiveColumns } from "#data/archive-columns.ts";
import { anyOf, holdsAll, longText } from "#data/archive-table.ts";
import { cutPage } from "#data/cut-page.ts";
import { siteAddress } from "#data/site.ts";
import type { Given, Table } from "#data/table.ts";
import { paging, readQuery, searchText, sorting } from "#data/table-query.ts";
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

const recordShape = {
  ...paging,
  sort: sorting(archiveColumns, "-claimDate"),
  q: searchText,
  category: anyOf(archiveChoices.category),
  status: anyOf(archiveChoices.status),
  year: anyOf(archiveChoices.year),
  dataset: anyOf(archiveChoices.dataset),
  norm: anyOf(archiveChoices.norm),
  technique: longText,
  author: longText,
};
export type ArchiveQuery = z.infer<z.ZodObject<typeof recordShape>>;

/** The records that pass the filters in an address, one page of them. */
export function readArchive(_viewer: Viewer | null, given: Given): Table<ArchiveRecord, ArchiveQuery> {
  const { query, problems } = readQuery(recordShape, given);
  const found = records.filter((record) => passes(record, query));
  return { name: "archive", columns: archiveColumns, ...cutPage(archiveColumns, found, query), query, problems };
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
    (technique === "" || record.breaks.some((result) => holdsAll([result.technique], technique))) &&
    holdsAll([record.paper.authors, ...record.breaks.map(({ authors }) => authors)], author) &&
    holdsAll(textsOf(record), q)
  );
}

/** A record of the archive by its id. */
export function readRecord(_viewer: Viewer | null, id: string): ArchiveRecord | null {
  return recordOf(id) ?? null;
}

/** What of a record can be corrected, and what it says there now. */
export function correctablesOf(_viewer: Viewer | null, record: ArchiveRecord) {
  return correctables(record);
}

/** How to cite a record, as BibTeX. */
export function recordCitation(_viewer: Viewer | null, record: ArchiveRecord): string {
  return recordBibtex(record, `${siteAddress()}/archive/${record.id}`);
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
