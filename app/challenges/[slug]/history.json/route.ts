import { readLives } from "#data/challenge-history.ts";
import { historyBeside } from "#data/challenge-survival.ts";
import { tableRoute } from "#data/table-export.ts";

export const GET = tableRoute("json", readLives, historyBeside);
