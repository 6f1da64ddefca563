import { readEvaluations } from "#data/evaluations.ts";
import { anyFormatRoute } from "#data/table-export.ts";

/** What /defenses/{id}.json and .csv answer with. */
export const GET = anyFormatRoute(readEvaluations);
