import { readResults } from "#data/archive-results.ts";
import { wholeTable } from "#data/archive-table.ts";
import { onlyTableRoute } from "#data/table-export.ts";

/** What /archive/results.json and .csv answer with. */
export const GET = onlyTableRoute((viewer, given) => readResults(viewer, {}, wholeTable(given)));
