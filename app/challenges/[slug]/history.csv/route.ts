import { readLives } from "#data/challenge-history.ts";
import { tableRoute } from "#data/table-export.ts";

export const GET = tableRoute("csv", readLives);
