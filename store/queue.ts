import { fromPrisma, PgBoss } from "pg-boss";
import { GAUNTLET_TIERS, type GauntletTier } from "#contest/gauntlet.ts";
import { databaseUrl } from "#env.ts";
import type { Prisma, PrismaClient } from "#store/generated/client.ts";

/** One submission to evaluate, from its upload to its result. Data: `{ id }`. */
export const EVALUATE = "evaluate";
/** Recompute rankings and scores of one challenge. Data: `{ challengeId }`; one waits, one runs, more are dropped. */
export const REFRESH = "refresh";

/**
 * A tier of the gauntlet for one admitted defense, behind everything else: the full one, and the quick one, which goes
 * first, where a defense was admitted without. Last of all "beyond": what is measured outside of the challenge's ball and
 * points, and the curve over radii. Data: `{ defenseId, tier }`.
 */
export const GAUNTLET = "gauntlet";

/**
 * Submissions that were given up after the last retry, by whatever ended it: an evaluator that died has no say any
 * more, so this queue does not depend on one. Data: `{ id }`.
 */
export const GIVEN_UP = "given-up";

/** How often a submission is tried again after a fault of ours, a dead evaluator included, before it is `failed`. */
const EVALUATE_RETRIES = 8;

export interface EvaluateJob {
  id: string;
}
export interface GauntletJob {
  defenseId: string;
  tier: GauntletTier | "beyond";
}
export interface RefreshJob {
  challengeId: string;
}

/**
 * pg-boss on the site's own PostgreSQL. With its default intervals a dead worker's job waited 91 s (median of 25
 * kill -9, sandbox-facts 4.2); supervising every 2 s brought that to 13 s. `supervise` is for the evaluator alone.
 */
export function openBoss(options: { supervise: boolean }): PgBoss {
  return new PgBoss({
    connectionString: databaseUrl(),
    max: options.supervise ? 6 : 3,
    supervise: options.supervise,
    schedule: false,
    useListenNotify: options.supervise,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    queueCacheIntervalSeconds: 5,
  });
}

/** Makes the queues, or brings them up to date. Idempotent; run once by `npm start` and by each evaluator. */
export async function createQueues(boss: PgBoss): Promise<void> {
  const queues = [
    // Before the queue that names it.
    { name: GIVEN_UP, policy: "exclusive", retryLimit: 1000, retryDelay: 10, heartbeatSeconds: 10, notify: true },
    {
      name: EVALUATE,
      policy: "exclusive",
      deadLetter: GIVEN_UP,
      retryLimit: EVALUATE_RETRIES,
      retryDelay: 2,
      retryBackoff: true,
      // With the heartbeat's 10 s: whatever happened, the next attempt begins within 30 s.
      retryDelayMax: 15,
      heartbeatSeconds: 10,
      expireInSeconds: 6 * 60 * 60,
      notify: true,
    },
    {
      name: GAUNTLET,
      policy: "exclusive",
      retryLimit: 20,
      retryDelay: 5,
      retryBackoff: true,
      retryDelayMax: 600,
      heartbeatSeconds: 10,
      expireInSeconds: 24 * 60 * 60 - 1,
      notify: true,
    },
    {
      name: REFRESH,
      policy: "short",
      retryLimit: 3,
      retryDelay: 2,
      heartbeatSeconds: 10,
      expireInSeconds: 600,
      notify: true,
    },
  ] as const;
  for (const { name, policy, ...options } of queues) {
    if (await boss.getQueue(name)) await boss.updateQueue(name, options);
    else await boss.createQueue(name, { policy, ...options });
  }
}

/**
 * Enqueues a submission inside the transaction that creates it: either both exist or neither. The job's key is the
 * submission's id, so that a second call while one waits or runs adds nothing.
 */
export async function enqueueSubmission(boss: PgBoss, tx: Prisma.TransactionClient, id: string): Promise<void> {
  await boss.send(EVALUATE, { id } satisfies EvaluateJob, { singletonKey: id, db: fromPrisma(tx) });
}

/**
 * Enqueues every submission that has not come to its end and has no job: none is left behind, whatever happened to the
 * queue (a restored backup, for one). Returns how many there were.
 */
export async function enqueueUnfinished(boss: PgBoss, db: PrismaClient): Promise<number> {
  const open = await db.submission.findMany({
    where: { state: { in: ["received", "queued", "validating", "evaluating"] } },
    select: { id: true },
  });
  const sent = await Promise.all(
    open.map(({ id }) => boss.send(EVALUATE, { id } satisfies EvaluateJob, { singletonKey: id })),
  );
  return sent.filter((job) => job !== null).length;
}

/** Sends an admitted defense through the rest of the gauntlet. */
export function enqueueGauntlet(boss: PgBoss, defenseId: string, tier: GauntletJob["tier"]): Promise<string | null> {
  const data: GauntletJob = { defenseId, tier };
  return boss.send(GAUNTLET, data, { singletonKey: `${defenseId} ${tier}`, priority: PRIORITY[tier] });
}

const PRIORITY = { quick: 1, full: 0, beyond: -1 };

/** Sends every defense through what it lacks of the gauntlet, unless it has a job for it. Returns how many jobs were made. */
export async function enqueueGauntlets(boss: PgBoss, db: PrismaClient): Promise<number> {
  const behind = await db.defense.findMany({
    where: { disqualified: null, OR: [{ tier: { not: "full" } }, { curve: null }, { beyond: null }] },
    orderBy: { receivedAt: "asc" },
    select: { id: true, tier: true },
  });
  // The full tier brings what lies beyond it.
  const lacking = behind.flatMap(({ id, tier }) => {
    const lacks = tier === "full" ? (["beyond"] as const) : GAUNTLET_TIERS.slice(tier === "quick" ? 1 : 0);
    return lacks.map((lack) => enqueueGauntlet(boss, id, lack));
  });
  const sent = await Promise.all(lacking);
  return sent.filter((job) => job !== null).length;
}

/** Asks for fresh boards of a challenge. */
export async function enqueueRefresh(boss: PgBoss, challengeId: string): Promise<void> {
  await boss.send(REFRESH, { challengeId } satisfies RefreshJob, { singletonKey: challengeId });
}
