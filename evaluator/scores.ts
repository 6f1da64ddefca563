import type { PrismaClient } from "#store/generated/client.ts";

/**
 * Rule 10: each person's mean, over the ranked defenses that are not their own, of the fraction of its clean-correct
 * points that their rows earn. A defense that they never touched counts 0. The house is one of them, with what it
 * archived and what it runs itself. Where models can be asked, the queries that break ties are those of the ledger on
 * ranked defenses; elsewhere (not `counted`) what authors state. What a score was at the end of each day stays.
 */
export async function refreshScores(db: PrismaClient, challengeId: string, counted: boolean): Promise<void> {
  await db.$executeRaw`
    WITH ranked AS (
      SELECT "id", "personId", GREATEST("clean", 1) AS clean FROM "Defense" WHERE "challengeId" = ${challengeId} AND "unranked" IS NULL
    ), entered AS (
      SELECT "personId", "receivedAt" AS at, "queries" FROM "Attack" WHERE "challengeId" = ${challengeId}
      UNION ALL
      SELECT "personId", "firstAt", round("queries"::numeric / GREATEST("attacked", 1)) FROM "HouseScore" WHERE "challengeId" = ${challengeId}
    ), authors AS (
      SELECT e."personId", count(*)::int AS attacks, min(e.at) AS first_at, sum(e."queries")::bigint AS queries, p."house"
      FROM entered e JOIN "Person" p ON p."id" = e."personId" GROUP BY e."personId", p."house"
    ), asked AS (
      SELECT l."personId", sum(l."spent")::bigint AS queries
      FROM "QueryLedger" l JOIN ranked r ON r."id" = l."defenseId" AND r."personId" <> l."personId" GROUP BY l."personId"
    ), sums AS (
      SELECT c."personId", sum(c."earned"::float / r.clean) AS earned, sum(c."firstBreaks")::int AS firsts
      FROM "AttackerCredit" c JOIN ranked r ON r."id" = c."defenseId" AND r."personId" <> c."personId"
      WHERE c."challengeId" = ${challengeId} GROUP BY c."personId"
    ), scored AS (
      SELECT a."personId", a.attacks, a.first_at, a."house", coalesce(s.firsts, 0) AS firsts,
        CASE WHEN ${counted} AND NOT a."house" THEN coalesce(q.queries, 0) ELSE a.queries END AS queries,
        coalesce(s.earned, 0) / GREATEST(1, (SELECT count(*) FROM ranked r WHERE r."personId" <> a."personId")) AS score
      FROM authors a LEFT JOIN sums s USING ("personId") LEFT JOIN asked q USING ("personId")
    )
    INSERT INTO "AttackerScore" ("challengeId", "personId", "score", "firstBreaks", "queries", "attacks", "house", "firstAt")
    SELECT ${challengeId}, "personId", score, firsts, queries, attacks, "house", first_at FROM scored
    ON CONFLICT ("challengeId", "personId") DO UPDATE SET "score" = EXCLUDED."score", "firstBreaks" = EXCLUDED."firstBreaks",
      "queries" = EXCLUDED."queries", "attacks" = EXCLUDED."attacks", "firstAt" = EXCLUDED."firstAt"`;
  await db.$executeRaw`
    INSERT INTO "AttackerScoreDay" ("challengeId", "personId", "day", "score", "firstBreaks", "queries", "attacks")
    SELECT s."challengeId", s."personId", (now() AT TIME ZONE 'UTC')::date, s."score", s."firstBreaks", s."queries", s."attacks"
    FROM "AttackerScore" s LEFT JOIN LATERAL (
      SELECT * FROM "AttackerScoreDay" d WHERE d."challengeId" = s."challengeId" AND d."personId" = s."personId"
      ORDER BY d."day" DESC LIMIT 1
    ) AS last ON TRUE
    WHERE s."challengeId" = ${challengeId} AND (s."score", s."firstBreaks", s."queries", s."attacks")
      IS DISTINCT FROM (last."score", last."firstBreaks", last."queries", last."attacks")
    ON CONFLICT ("challengeId", "personId", "day") DO UPDATE SET "score" = EXCLUDED."score",
      "firstBreaks" = EXCLUDED."firstBreaks", "queries" = EXCLUDED."queries", "attacks" = EXCLUDED."attacks"`;
}
