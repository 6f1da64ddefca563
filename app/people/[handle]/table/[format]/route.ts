import { readEntries } from "#data/entries.ts";
import { personBeside } from "#data/person.ts";
import { anyFormatRoute } from "#data/table-export.ts";

/** What /people/{handle}.json (their entries, and who they are and what they broke besides) and .csv answer with. */
export const GET = anyFormatRoute(readEntries, personBeside);
