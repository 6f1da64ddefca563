import "server-only";
import type { Lesson } from "#archive/lessons.ts";
import type { FlagId } from "#contest/flags.ts";
import type { Level } from "#contest/standing.ts";
import { kaplanMeier, type LifetimeQuantile, medianLifetime } from "#contest/survival.ts";
import { levelFrom } from "#data/levels.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

const HOUR = 3_600_000;
/** Defenses of one kind that are read. */
const MOST = 1000;

/** A defense of this site whose author says that it is of a lesson's kind. */
export interface LiveDefense {
  id: string;
  name: string;
  challenge: { slug: string; title: string };
  level: Level;
  /** Robust accuracy, a fraction. */
  robust: number;
  admittedAt: Date;
  /** When it first lay below its challenge's threshold "broken"; null while it does not. */
  brokeAt: Date | null;
}

export interface LiveEvidence {
  /** Latest first. */
  defenses: LiveDefense[];
  broken: number;
  /** Hours until half of them were broken (Kaplan-Meier); those that stand were watched until now. */
  median: LifetimeQuantile;
  /** Of each red flag of the lesson: defenses of any kind that raised it, and how many of them broke. */
  flags: FlagCount[];
}

export interface FlagCount {
  id: FlagId;
  raised: number;
  broken: number;
}

type Read = Omit<LiveDefense, "challenge" | "level" | "robust"> & {
  slug: string;
  title: string;
  level: string;
  standing: number;
  n: number;
};

/** What this site has seen of a lesson's kind and of its red flags. */
export async function readLiveEvidence(_viewer: Viewer | null, { category, flags }: Lesson): Promise<LiveEvidence> {
  const [read, counted] = await Promise.all([
    database().$queryRaw<Read[]>`
      SELECT d."id", d."name", c."slug", c."title", d."level", d."standing", d."n", d."admittedAt",
        CASE WHEN d."level" IN ('broken', 'collapsed') THEN coalesce((SELECT min(h."at") FROM "HistoryRecord" h
          WHERE h."defenseId" = d."id" AND h."kind" = 'broken' AND h."threshold" = 'broken'), d."admittedAt") END AS "brokeAt"
      FROM "Submission" s JOIN "Defense" d ON d."id" = s."id" JOIN "Challenge" c ON c."id" = d."challengeId"
      WHERE s."form"->>'category' = ${category} AND s."state" = 'scored' AND d."n" > 0
      ORDER BY d."admittedAt" DESC, d."id" LIMIT ${MOST}`,
    countFlags(flags),
  ]);
  const defenses = read.map(({ slug, title, level, standing, n, ...row }): LiveDefense => {
    return { ...row, challenge: { slug, title }, level: levelFrom(level), robust: standing / n };
  });
  const now = Date.now();
  const lives = defenses.map(({ admittedAt, brokeAt }) => ({
    time: Math.max(0, Math.floor(((brokeAt?.getTime() ?? now) - admittedAt.getTime()) / HOUR)),
    ended: brokeAt !== null,
  }));
  return {
    defenses,
    broken: lives.filter(({ ended }) => ended).length,
    median: medianLifetime(kaplanMeier(lives)),
    flags: counted,
  };
}

/** How many defenses raised each of these flags, and how many of those are broken. */
export async function countFlags(flags: readonly FlagId[]): Promise<FlagCount[]> {
  const counted = await database().$queryRaw<{ id: string; raised: number; broken: number }[]>`
    SELECT flag AS id, count(*)::int AS raised, count(*) FILTER (WHERE d."level" IN ('broken', 'collapsed'))::int AS broken
    FROM (SELECT DISTINCT h."detail"->>'flag' AS flag, h."defenseId" FROM "HistoryRecord" h
      WHERE h."kind" = 'flagged' AND h."detail"->>'flag' = ANY(${[...flags]})) raised
    JOIN "Defense" d ON d."id" = raised."defenseId" GROUP BY 1`;
  const byId = new Map(counted.map((row) => [row.id, row]));
  return flags.map((id) => ({ id, raised: byId.get(id)?.raised ?? 0, broken: byId.get(id)?.broken ?? 0 }));
}

/** Of each kind that authors name: how many defenses, and how many of them are broken. */
export async function countKinds(_viewer: Viewer | null): Promise<Map<string, { defenses: number; broken: number }>> {
  const rows = await database().$queryRaw<{ category: string; defenses: number; broken: number }[]>`
    SELECT s."form"->>'category' AS category, count(*)::int AS defenses,
      count(*) FILTER (WHERE d."level" IN ('broken', 'collapsed'))::int AS broken
    FROM "Submission" s JOIN "Defense" d ON d."id" = s."id"
    WHERE (s."form"->>'category') IS NOT NULL AND s."state" = 'scored' AND d."n" > 0 GROUP BY 1`;
  return new Map(rows.map(({ category, ...counts }) => [category, counts]));
}
