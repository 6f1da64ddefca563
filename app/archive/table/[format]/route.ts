import { readArchive } from "#data/archive.ts";
import { wholeTable } from "#data/archive-table.ts";
import { onlyTableRoute } from "#data/table-export.ts";

/** What /archive.json and .csv answer with. */
export const GET = onlyTableRoute((viewer, given) => readArchive(viewer, wholeTable(given)));
