import { readBreakTable } from "#data/break-table.ts";
import { anyFormatRoute } from "#data/table-export.ts";

/** What /breaks/{id}.json and .csv answer with. */
export const GET = anyFormatRoute(readBreakTable);
