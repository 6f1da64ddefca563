import { readEntries } from "#data/entries.ts";
import { anyFormatRoute } from "#data/table-export.ts";

/** What /people/{handle}.json and .csv answer with. */
export const GET = anyFormatRoute(readEntries);
