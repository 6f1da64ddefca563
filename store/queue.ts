import { fromPrisma, PgBoss } from "pg-boss";
import { databaseUrl } from "#env.ts";
import type { Prisma, PrismaClient } from "#store/generated/client.ts";
import { submissionTurns } from "#store/turns.ts";

/**
 * One submission to evaluate, from its upload to its result. Data: `{ id }`. Evaluators of every version take these; a
 * job of another form needs another name, so that those that do not know it never see it.
 */
export const EVALUATE = "evaluate";
/** Recompute rankings and scores of one challenge. Data: `{ challengeId }`; one waits, one runs, more are dropped. */
export const REFRESH = "refresh";

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

/**
 * How a worker looks for jobs: a new one wakes it; one that has finished a job looks again at once while others wait (by
 * counts some seconds old), else half a second after it looked last.
 */
export const WORKING = {
  pollingIntervalSeconds: 0.5,
  notifyPollingIntervalSeconds: 0.5,
  burstWhenReadyExceeds: 1,
  heartbeatRefreshSeconds: 3,
};

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
 * submission's id, so that a second call while one waits or runs adds nothing. Its place follows from its turn.
 */
export async function enqueueSubmission(boss: PgBoss, tx: Prisma.TransactionClient, id: string): Promise<void> {
  const priority = -((await submissionTurns(tx, id)).get(id) ?? 0);
  await boss.send(EVALUATE, { id } satisfies EvaluateJob, { singletonKey: id, priority, db: fromPrisma(tx) });
}

/**
 * Enqueues every submission that has not come to its end and has no job: none is left behind, whatever happened to the
 * queue (a restored backup, for one). Returns how many there were.
 */
export async function enqueueUnfinished(boss: PgBoss, db: PrismaClient): Promise<number> {
  const sent = await Promise.all(
    [...(await submissionTurns(db))].map(([id, turn]) =>
      boss.send(EVALUATE, { id } satisfies EvaluateJob, { singletonKey: id, priority: -turn }),
    ),
  );
  return sent.filter((job) => job !== null).length;
}

/** Asks for fresh boards of a challenge. */
export async function enqueueRefresh(boss: PgBoss, challengeId: string): Promise<void> {
  await boss.send(REFRESH, { challengeId } satisfies RefreshJob, { singletonKey: challengeId });
}
