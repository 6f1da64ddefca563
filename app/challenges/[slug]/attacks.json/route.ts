import { attackBoardRoute } from "#data/attack-export.ts";

export const GET = attackBoardRoute("json");
