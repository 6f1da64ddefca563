import "server-only";
import type { z } from "zod";
import { breakingResult } from "#archive/outcome.ts";
import { paperOfId, papers, type ReportingPaper } from "#archive/papers.ts";
import { holdsAll } from "#data/archive-table.ts";
import { cutPage } from "#data/cut-page.ts";
import type { Column, Given, Table } from "#data/table.ts";
import { paging, readQuery, searchText, sorting } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";

/** Who reported results on published defenses, and how much of it. */
export interface PaperRow {
  paper: ReportingPaper;
  /** Defenses that it reports on. */
  defenses: number;
  /** Defenses that count as broken from its result on. */
  broke: number;
}

const rowOf = (paper: ReportingPaper): PaperRow => ({
  paper,
  defenses: new Set(paper.results.map(({ record }) => record)).size,
  broke: paper.results.filter(({ record, result }) => breakingResult(record) === result).length,
});

const rows = papers.map(rowOf);

export const paperColumns: readonly Column<PaperRow>[] = [
  { key: "id", head: "Id", about: "Its id: /archive/papers/{id}", value: ({ paper }) => paper.id },
  {
    key: "authors",
    head: "Authors",
    about: "Whom its results name",
    value: ({ paper }) => paper.authors.join("; "),
    sort: "asc",
  },
  { key: "names", head: "Results", about: "What its results are called", value: ({ paper }) => paper.names.join("; ") },
  { key: "year", head: "Year", about: "Year of its first result", value: ({ paper }) => paper.year, sort: "desc" },
  { key: "arxiv", head: "arXiv", about: "Its id at arXiv", value: ({ paper }) => paper.arxiv },
  {
    key: "results",
    head: "Results on defenses",
    about: "How many results it reports",
    value: ({ paper }) => paper.results.length,
    sort: "desc",
  },
  { key: "defenses", head: "Defenses", about: "On how many defenses", value: ({ defenses }) => defenses, sort: "desc" },
  {
    key: "broke",
    head: "Broke",
    about: "How many of them count as broken from its result on",
    value: ({ broke }) => broke,
    sort: "desc",
  },
];

const shape = { ...paging, sort: sorting(paperColumns, "-broke"), q: searchText };
export type PaperQuery = z.infer<z.ZodObject<typeof shape>>;

/** Who reported results, those that broke most first. */
export function readPapers(_viewer: Viewer | null, given: Given): Table<PaperRow, PaperQuery> {
  const { query, problems } = readQuery(shape, given);
  const found = rows.filter(({ paper }) =>
    holdsAll([paper.id, String(paper.year), ...paper.authors, ...paper.names], query.q),
  );
  return { name: "archive-papers", columns: paperColumns, ...cutPage(paperColumns, found, query), query, problems };
}

/** One of them, by the id of its page. */
export function readPaper(_viewer: Viewer | null, id: string): PaperRow | null {
  const paper = paperOfId(id);
  return paper ? rowOf(paper) : null;
}
