import { readGroups } from "#data/archive-figures.ts";
import { onlyTableRoute } from "#data/table-export.ts";

/** What /archive/figures.json and .csv answer with: the groups. */
export const GET = onlyTableRoute(readGroups);
