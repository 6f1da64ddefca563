import type { Db } from "#store/database.ts";

/**
 * Fair share: the place of each open submission in the queue of its challenge, 0 first. A person's submissions are
 * numbered (their rounds); a challenge takes all first ones, in order of receipt, before any second one. Used as a
 * priority, turns of different challenges interleave: neither a person's nor a challenge's burst is in front of more
 * than one submission of anybody else at a time, and an idle evaluator takes what there is.
 * Of one submission where `id` is given, else of all.
 */
export async function submissionTurns(db: Db, id: string | null = null): Promise<Map<string, number>> {
  const rows = await db.$queryRaw<{ id: string; turn: bigint }[]>`
    WITH waiting AS (
      SELECT "id", "challengeId", "receivedAt", row_number() OVER (PARTITION BY "personId" ORDER BY "receivedAt", "id") AS round
      FROM "Submission" WHERE "state" IN ('received', 'queued', 'validating', 'evaluating')),
    turns AS (
      SELECT "id", row_number() OVER (PARTITION BY "challengeId" ORDER BY round, "receivedAt", "id") - 1 AS turn FROM waiting)
    SELECT "id", turn FROM turns WHERE ${id}::text IS NULL OR "id" = ${id}`;
  return new Map(rows.map((row) => [row.id, Number(row.turn)]));
}

/** The same of defenses that lack a part of the gauntlet and can be run there. */
export async function gauntletTurns(db: Db, id: string | null = null): Promise<Map<string, number>> {
  const rows = await db.$queryRaw<{ id: string; turn: bigint }[]>`
    WITH waiting AS (
      SELECT d."id", d."challengeId", d."receivedAt", row_number() OVER (PARTITION BY d."personId" ORDER BY d."receivedAt", d."id") AS round
      FROM "Defense" d LEFT JOIN "Beyond" b ON b."defenseId" = d."id"
      WHERE d."disqualified" IS NULL AND d."gauntletFault" IS NULL AND (d."tier" <> 'full' OR b."defenseId" IS NULL)),
    turns AS (
      SELECT "id", row_number() OVER (PARTITION BY "challengeId" ORDER BY round, "receivedAt", "id") - 1 AS turn FROM waiting)
    SELECT "id", turn FROM turns WHERE ${id}::text IS NULL OR "id" = ${id}`;
  return new Map(rows.map((row) => [row.id, Number(row.turn)]));
}
