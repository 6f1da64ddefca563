import { ChallengeFile } from "#contest/challenge.ts";
import { memorisedFlag } from "#contest/flags.ts";
import { isMemorised } from "#contest/interval.ts";
import { type Candidate, rankingReasons } from "#contest/ranking.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import type { PrismaClient } from "#store/generated/client.ts";

/**
 * Brings what the boards show of a challenge up to date: which defenses are ranked, which are memorised, each
 * attacker's score, and the challenge's counts. A pure function of the rows that evaluations left; only changed rows
 * are written, so that running it again costs two reads.
 */
export async function refreshBoards(db: PrismaClient, challengeId: string): Promise<void> {
  const challenge = await db.challenge.findUniqueOrThrow({ where: { id: challengeId } });
  const file = ChallengeFile.parse(challenge.config);
  const rows = await db.defense.findMany({
    where: { challengeId },
    select: {
      id: true,
      personId: true,
      origin: true,
      withdrawnAt: true,
      disqualified: true,
      tier: true,
      n: true,
      clean: true,
      standing: true,
      holdoutN: true,
      holdoutRight: true,
      memorised: true,
      chosen: true,
      unranked: true,
      receivedAt: true,
      beyond: { select: { holdoutN: true, holdoutStanding: true } },
      person: { select: { emailVerifiedAt: true, approvedAt: true } },
    },
  });
  const gaps = rows
    .filter((row) => row.origin === "baseline")
    .map((row) => row.clean / row.n - row.holdoutRight / row.holdoutN);
  const gap = Math.max(0, ...gaps);
  const judged = rows.map((row) => ({
    row,
    memorised:
      row.origin !== "baseline" &&
      isMemorised({ right: row.clean, n: row.n }, { right: row.holdoutRight, n: row.holdoutN }, gap),
  }));
  const candidates = judged.map(
    ({ row, memorised }): Candidate => ({
      ...row,
      memorised,
      baseline: row.origin === "baseline",
      byOrganizer: row.personId === challenge.organizerId,
      withdrawn: row.withdrawnAt !== null,
      disqualified: row.disqualified !== null,
      verified: row.person.emailVerifiedAt !== null || row.person.approvedAt !== null,
    }),
  );
  const reasons = rankingReasons(candidates, file.minimumCleanAccuracy);
  const changed = judged.filter(
    ({ row, memorised }) => row.unranked !== reasons.get(row.id) || row.memorised !== memorised,
  );
  for (const { row, memorised } of changed)
    await db.defense.update({ where: { id: row.id }, data: { unranked: reasons.get(row.id)!, memorised } });
  await flagMemorised(db, challengeId, rows);
  const ranked = rows.filter((row) => reasons.get(row.id) === null);
  await refreshScores(db, challengeId);
  await db.challenge.update({
    where: { id: challengeId },
    data: {
      defenses: rows.length,
      ranked: ranked.length,
      attacks: await db.attack.count({ where: { challengeId } }),
      bestStanding: ranked.length > 0 ? Math.max(...ranked.map((row) => row.standing)) : null,
    },
  });
}

interface Compared {
  id: string;
  origin: string;
  n: number;
  clean: number;
  standing: number;
  holdoutN: number;
  holdoutRight: number;
  beyond: { holdoutN: number; holdoutStanding: number | null } | null;
}

/** Of the points and of the holdout: what is answered rightly when clean, and what stands where the house has attacked both. */
const COMPARISONS = [
  (row: Compared) => [
    { standing: row.clean, n: row.n },
    { standing: row.holdoutRight, n: row.holdoutN },
  ],
  ({ n, standing, beyond }: Compared) =>
    beyond?.holdoutStanding == null
      ? null
      : [
          { standing, n },
          { standing: beyond.holdoutStanding, n: beyond.holdoutN },
        ],
] as const;

/** Raises the flag of memorised points, once a defense. It ranks nobody: rule 9 on clean accuracy does. */
async function flagMemorised(db: PrismaClient, challengeId: string, rows: readonly Compared[]): Promise<void> {
  const flags = COMPARISONS.flatMap((compare) => {
    const compared = rows.flatMap((row) => {
      const [points, holdout] = compare(row) ?? [];
      return points && holdout && points.n > 0 && holdout.n > 0 ? [{ row, points, holdout }] : [];
    });
    const gaps = compared
      .filter(({ row }) => row.origin === "baseline")
      .map(({ points, holdout }) => points.standing / points.n - holdout.standing / holdout.n);
    // A flag stays: it waits for the first baseline that shows how much harder the holdout is.
    if (gaps.length === 0 && rows.some(({ origin }) => origin === "baseline")) return [];
    const gap = Math.max(0, ...gaps);
    return compared
      .filter(({ row }) => row.origin !== "baseline")
      .flatMap(({ row, points, holdout }) => {
        const flag = memorisedFlag(points, holdout, gap);
        return flag ? [{ defenseId: row.id, evidence: flag.evidence }] : [];
      });
  });
  if (flags.length === 0) return;
  const where = { kind: "flagged", challengeId, detail: { path: ["flag"], equals: "memorised" } } as const;
  const known = await db.historyRecord.findMany({ where, select: { defenseId: true } });
  const seen = new Set(known.map(({ defenseId }) => defenseId));
  const data = flags
    .filter(({ defenseId }) => !seen.has(defenseId) && seen.add(defenseId))
    .map(({ defenseId, evidence }) => {
      const detail = { flag: "memorised", evidence };
      return { kind: "flagged" as const, challengeId, defenseId, evaluatorVersion: EVALUATOR_VERSION, detail };
    });
  await db.historyRecord.createMany({ data });
}

/**
 * Rule 10: each person's mean, over the ranked defenses that are not their own, of the fraction of its clean-correct
 * points that their rows earn. A defense that they never touched counts 0. The house is one of them, with what it
 * archived and what it runs itself.
 */
async function refreshScores(db: PrismaClient, challengeId: string): Promise<void> {
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
    ), sums AS (
      SELECT c."personId", sum(c."earned"::float / r.clean) AS earned, sum(c."firstBreaks")::int AS firsts
      FROM "AttackerCredit" c JOIN ranked r ON r."id" = c."defenseId" AND r."personId" <> c."personId"
      WHERE c."challengeId" = ${challengeId} GROUP BY c."personId"
    ), scored AS (
      SELECT a.*, coalesce(s.firsts, 0) AS firsts,
        coalesce(s.earned, 0) / GREATEST(1, (SELECT count(*) FROM ranked r WHERE r."personId" <> a."personId")) AS score
      FROM authors a LEFT JOIN sums s USING ("personId")
    )
    INSERT INTO "AttackerScore" ("challengeId", "personId", "score", "firstBreaks", "queries", "attacks", "house", "firstAt")
    SELECT ${challengeId}, "personId", score, firsts, queries, attacks, "house", first_at FROM scored
    ON CONFLICT ("challengeId", "personId") DO UPDATE SET "score" = EXCLUDED."score", "firstBreaks" = EXCLUDED."firstBreaks",
      "queries" = EXCLUDED."queries", "attacks" = EXCLUDED."attacks", "firstAt" = EXCLUDED."firstAt"`;
}
