import { readMeetings } from "#data/evaluations.ts";
import { anyFormatRoute } from "#data/table-export.ts";

/** What /attacks/{id}.json and .csv answer with. */
export const GET = anyFormatRoute(readMeetings);
