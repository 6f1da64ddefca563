import { readResults } from "#data/archive-results.ts";
import { wholeTable } from "#data/archive-table.ts";
import { anyFormatRoute } from "#data/table-export.ts";

/** What /archive/papers/{id}.json and .csv answer with. */
export const GET = anyFormatRoute(async (viewer, paper, given) => readResults(viewer, { paper }, wholeTable(given)));
