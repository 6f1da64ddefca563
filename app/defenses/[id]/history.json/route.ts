import { readHistory } from "#data/history.ts";
import { tableRoute } from "#data/table-export.ts";

export const GET = tableRoute("json", readHistory);
