import type { PgBoss } from "pg-boss";
import * as z from "zod";
import { GAUNTLET_TIERS } from "#contest/gauntlet.ts";
import { TERMINAL_STATES } from "#contest/submission.ts";
import type { Prisma, PrismaClient } from "#store/generated/client.ts";
import { gauntletTurns } from "#store/turns.ts";

/**
 * A tier of the gauntlet for one admitted defense, behind everything else: the full one, or one shard of it, and the
 * quick one, which goes first, where a defense was admitted without. Last of all "beyond": what is measured outside of the
 * challenge's ball and points, and the curve over radii.
 */
export const GauntletJob = z.object({
  defenseId: z.string(),
  tier: z.enum([...GAUNTLET_TIERS, "beyond"]),
  shard: z.int().min(0).max(1000).optional(),
});
export type GauntletJob = z.infer<typeof GauntletJob>;

/**
 * Evaluators of each version have a queue of their own for the gauntlet: what one version has begun on a defense another
 * one does not go on with, since its verdicts may differ.
 */
export const gauntletQueue = (version: string) => `${PREFIX}${version}`;
const PREFIX = "gauntlet/";

/** An evaluator that has been silent for so long, by the database's clock, does not count (its heartbeat: evaluator/start.ts). */
const ALIVE_SECONDS = 60;

/** A job's turn (turns.ts) counts within its tier. */
const PRIORITY: Record<GauntletJob["tier"], number> = { quick: 2_000_000, full: 1_000_000, beyond: 0 };
const LATEST = 999_999;

interface Parts {
  boss: PgBoss;
  db: PrismaClient | Prisma.TransactionClient;
}

/** Makes the queue of a version, or brings it up to date. Idempotent. */
export async function createGauntletQueue(boss: PgBoss, version: string): Promise<void> {
  const name = gauntletQueue(version);
  const options = {
    ...{ retryLimit: 20, retryDelay: 5, retryBackoff: true, retryDelayMax: 600 },
    ...{ heartbeatSeconds: 10, expireInSeconds: 24 * 60 * 60 - 1, notify: true },
  };
  if (await boss.getQueue(name)) await boss.updateQueue(name, options);
  else await boss.createQueue(name, { policy: "exclusive", ...options });
}

/** Sends a defense through a part of the gauntlet, unless a job for that waits or runs; then null. */
export async function enqueueGauntlet({ boss, db }: Parts, version: string, job: GauntletJob): Promise<string | null> {
  const turn = (await gauntletTurns(db, job.defenseId)).get(job.defenseId) ?? 0;
  return send(boss, version, job, turn);
}

function send(boss: PgBoss, version: string, job: GauntletJob, turn: number): Promise<string | null> {
  const { defenseId, tier, shard } = job;
  const singletonKey = `${defenseId} ${tier}${shard === undefined ? "" : ` ${shard}`}`;
  return boss.send(gauntletQueue(version), job, { singletonKey, priority: PRIORITY[tier] - Math.min(turn, LATEST) });
}

/**
 * Sends every defense through what it lacks of the gauntlet, unless its submission is still being evaluated, it has a job
 * for it, evaluators of another version are at it, or it could not be run there. Returns how many jobs were made.
 */
export async function enqueueGauntlets({ boss, db }: Parts, version: string): Promise<number> {
  const turns = await gauntletTurns(db);
  const elsewhere = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT data->>'defenseId' AS id FROM pgboss.job
    WHERE name LIKE ${`${PREFIX}%`} AND name <> ${gauntletQueue(version)} AND state < 'completed'`;
  for (const { id } of elsewhere) turns.delete(id);
  const behind = await db.defense.findMany({
    // One whose submission is being evaluated has still to meet what is archived, and then the quick tier, in that order:
    // what falls to an earlier attack must not be the house's first break.
    where: { id: { in: [...turns.keys()] }, submission: { state: { in: [...TERMINAL_STATES] } } },
    select: { id: true, tier: true },
  });
  const sent = await Promise.all(
    behind.flatMap(({ id: defenseId, tier: reached }) =>
      // The full tier brings what lies beyond it.
      (reached === "full" ? (["beyond"] as const) : GAUNTLET_TIERS.slice(reached === "quick" ? 1 : 0)).map((tier) =>
        send(boss, version, { defenseId, tier }, turns.get(defenseId)!),
      ),
    ),
  );
  return sent.filter((job) => job !== null).length;
}

/**
 * Removes the queues of versions of which no evaluator is alive, so that an evaluator of this one may send for their
 * defenses (`enqueueGauntlets`). Returns how many queues there were.
 */
export async function adoptGauntlets({ boss, db }: Parts, version: string): Promise<number> {
  const alive = await db.$queryRaw<{ version: string }[]>`
    SELECT DISTINCT "version" FROM "EvaluatorNode" WHERE "seenAt" > now() - make_interval(secs => ${ALIVE_SECONDS})`;
  const kept = new Set([version, ...alive.map((node) => node.version)].map(gauntletQueue));
  const orphans = (await boss.getQueues()).filter(({ name }) => name.startsWith(PREFIX) && !kept.has(name));
  for (const { name } of orphans) await boss.deleteQueue(name);
  return orphans.length;
}
