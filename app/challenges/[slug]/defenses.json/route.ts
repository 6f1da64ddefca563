import { readDefenseBoard } from "#data/defense-board.ts";
import { tableRoute } from "#data/table-export.ts";

export const GET = tableRoute("json", readDefenseBoard);
