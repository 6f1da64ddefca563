import { readPapers } from "#data/archive-papers.ts";
import { wholeTable } from "#data/archive-table.ts";
import { onlyTableRoute } from "#data/table-export.ts";

/** What /archive/papers.json and .csv answer with. */
export const GET = onlyTableRoute((viewer, given) => readPapers(viewer, wholeTable(given)));
