import "server-only";
import type { z } from "zod";
import { breakingResult } from "#archive/outcome.ts";
import { paperOfId } from "#archive/papers.ts";
import type { ArchiveRecord } from "#archive/record.ts";
import { recordOf, records } from "#archive/records.ts";
import { archiveChoices } from "#data/archive.ts";
import { type ResultRow, resultColumns } from "#data/archive-columns.ts";
import { anyOf, holdsAll, longText } from "#data/archive-table.ts";
import { cutPage } from "#data/cut-page.ts";
import type { Given, Table } from "#data/table.ts";
import { paging, readQuery, searchText, sorting } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";

const resultShape = {
  ...paging,
  sort: sorting(resultColumns, "-date"),
  q: searchText,
  kind: anyOf(archiveChoices.kind),
  technique: longText,
  author: longText,
};
export type ResultQuery = z.infer<z.ZodObject<typeof resultShape>>;

const allResults: readonly ResultRow[] = records.flatMap(resultsOf);

function resultsOf(record: ArchiveRecord): ResultRow[] {
  const breaking = breakingResult(record);
  return record.breaks.map((result, at) => ({ record, result, at, broke: result === breaking }));
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
      holdsAll([result.technique], technique) &&
      holdsAll([result.authors], author) &&
      holdsAll([record.name, result.name, result.authors, result.technique, result.note ?? "", result.source], q),
  );
  const name = ["archive", of.record ?? of.paper ?? "results"].join("-");
  return { name, columns: resultColumns, ...cutPage(resultColumns, found, query), query, problems };
}

function rowsOf({ record: id, paper }: { record?: string; paper?: string }): readonly ResultRow[] | null {
  if (id !== undefined) {
    const record = recordOf(id);
    return record ? resultsOf(record) : null;
  }
  if (paper === undefined) return allResults;
  const found = paperOfId(paper);
  return found ? found.results.map(({ record, result }) => resultsOf(record)[record.breaks.indexOf(result)]!) : null;
}
