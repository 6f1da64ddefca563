import { ChallengeFile } from "#contest/challenge.ts";
import { memorisedFlag } from "#contest/flags.ts";
import { isMemorised } from "#contest/interval.ts";
import { type Candidate, compareDefenses, rankingReasons } from "#contest/ranking.ts";
import { recordLeader, recordPlace } from "#evaluator/record-place.ts";
import { refreshScores } from "#evaluator/scores.ts";
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
      gauntletFault: true,
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
    await recordPlace(db, challengeId, row, { unranked: reasons.get(row.id)!, memorised });
  await flagMemorised(db, challengeId, rows);
  const ranked = rows.filter((row) => reasons.get(row.id) === null);
  await refreshScores(db, challengeId, file.queries !== null);
  const leader = ranked.toSorted(compareDefenses)[0] ?? null;
  await recordLeader(db, challengeId, leader);
  await db.challenge.update({
    where: { id: challengeId },
    data: {
      defenses: rows.length,
      ranked: ranked.length,
      attacks: await db.attack.count({ where: { challengeId } }),
      bestStanding: leader?.standing ?? null,
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
