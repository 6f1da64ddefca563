import "server-only";
import type { ArchiveRecord } from "#archive/record.ts";
import { type ArchiveQuery, readArchive } from "#data/archive.ts";
import { wholeTable } from "#data/archive-table.ts";
import { allCorrectionsBeside } from "#data/corrections.ts";
import type { Given, Table } from "#data/table.ts";
import type { Viewer } from "#data/viewer.ts";

/** The archive's table as it is exported: with how many accepted corrections say otherwise than a record's row. */
export async function readCorrectedArchive(
  viewer: Viewer | null,
  given: Given,
): Promise<Table<ArchiveRecord, ArchiveQuery>> {
  const corrections = Map.groupBy(await allCorrectionsBeside(viewer), ({ id }) => id);
  const table = readArchive(viewer, wholeTable(given));
  const corrected = {
    key: "corrections",
    head: "Corrections",
    about: "Accepted corrections that this row does not have: they are in /archive.json and on the record's page",
    value: ({ id }: ArchiveRecord) => corrections.get(id)?.length ?? 0,
  };
  return { ...table, columns: [...table.columns, corrected] };
}
