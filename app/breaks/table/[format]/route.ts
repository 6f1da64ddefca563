import { readBreaks } from "#data/break-table.ts";
import { onlyTableRoute } from "#data/table-export.ts";

/** What /breaks.json and .csv answer with. */
export const GET = onlyTableRoute(readBreaks);
