import { readMatrix } from "#data/matrix.ts";
import { tableRoute } from "#data/table-export.ts";

export const GET = tableRoute("json", readMatrix);
