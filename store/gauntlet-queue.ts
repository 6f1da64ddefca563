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

/** What evaluators search on: those with an accelerator take other defenses than those without. */
export type Searching = "cpu" | "accelerator";
export const searchingOn = (provider: string): Searching => (provider === "cpu" ? "cpu" : "accelerator");

/**
 * Evaluators of each version have a queue of their own for the gauntlet: what one version has begun on a defense another
 * one does not go on with, since its verdicts may differ. Those with an accelerator have a second one.
 */
export const gauntletQueue = (version: string, searching: Searching = "cpu") =>
  `${PREFIX}${version}${searching === "cpu" ? "" : "/accelerated"}`;
const PREFIX = "gauntlet/";

/**
 * From so many operations an example on, a defense waits for an accelerator where one is alive: about a quarter of a ResNet-20. Below,
 * starting a graph's operators one by one takes an accelerator longer than a core takes to compute them. A guess, not measured.
 */
const LARGE_FLOPS = 2e7;

/** An evaluator that has been silent for so long, by the database's clock, does not count (its heartbeat: evaluator/start.ts). */
const ALIVE_SECONDS = 60;

/** A job's turn (turns.ts) counts within its tier. */
const PRIORITY: Record<GauntletJob["tier"], number> = { quick: 2_000_000, full: 1_000_000, beyond: 0 };
const LATEST = 999_999;

interface Parts {
  boss: PgBoss;
  db: PrismaClient | Prisma.TransactionClient;
}

/** Makes a queue of a version, or brings it up to date. Idempotent. */
export async function createGauntletQueue(boss: PgBoss, version: string, searching: Searching = "cpu"): Promise<void> {
  const name = gauntletQueue(version, searching);
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
  const queueOf = await queuesFor(db, version, [job.defenseId]);
  return send(boss, queueOf(job.defenseId), job, turn);
}

function send(boss: PgBoss, queue: string, job: GauntletJob, turn: number): Promise<string | null> {
  const { defenseId, tier, shard } = job;
  const singletonKey = `${defenseId} ${tier}${shard === undefined ? "" : ` ${shard}`}`;
  return boss.send(queue, job, { singletonKey, priority: PRIORITY[tier] - Math.min(turn, LATEST) });
}

/**
 * Sends every defense through what it lacks of the gauntlet, unless its submission is still being evaluated, it has a job
 * for it, evaluators of another version are at it, or it could not be run there. Returns how many jobs were made.
 */
export async function enqueueGauntlets({ boss, db }: Parts, version: string): Promise<number> {
  const turns = await gauntletTurns(db);
  const queueOf = await queuesFor(db, version, [...turns.keys()]);
  const underWay = await db.$queryRaw<{ id: string; queue: string }[]>`
    SELECT DISTINCT data->>'defenseId' AS id, name AS queue FROM pgboss.job WHERE name LIKE ${`${PREFIX}%`} AND state < 'completed'`;
  for (const { id, queue } of underWay) if (queue !== queueOf(id)) turns.delete(id);
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
        send(boss, queueOf(defenseId), { defenseId, tier }, turns.get(defenseId)!),
      ),
    ),
  );
  return sent.filter((job) => job !== null).length;
}

/**
 * Removes the queues that no evaluator alive takes from, so that one of this version and kind may send for their defenses
 * (`enqueueGauntlets`). Returns how many queues there were.
 */
export async function adoptGauntlets({ boss, db }: Parts, version: string, searching: Searching): Promise<number> {
  const alive = [{ version, searching }, ...(await readAlive(db))];
  const kept = new Set(alive.map((node) => gauntletQueue(node.version, node.searching)));
  const orphans = (await boss.getQueues()).filter(({ name }) => name.startsWith(PREFIX) && !kept.has(name));
  for (const { name } of orphans) await boss.deleteQueue(name);
  return orphans.length;
}

async function readAlive(db: Parts["db"]): Promise<{ version: string; searching: Searching }[]> {
  const nodes = await db.$queryRaw<{ version: string; provider: string }[]>`
    SELECT DISTINCT "version", "provider" FROM "EvaluatorNode" WHERE "seenAt" > now() - make_interval(secs => ${ALIVE_SECONDS})`;
  return nodes.map(({ version, provider }) => ({ version, searching: searchingOn(provider) }));
}

/** Gives the queue that each of these defenses belongs into, by the evaluators of the version that are alive. */
async function queuesFor(db: Parts["db"], version: string, ids: string[]): Promise<(id: string) => string> {
  const alive = (await readAlive(db)).filter((node) => node.version === version).map(({ searching }) => searching);
  const [cpu, accelerated] = [gauntletQueue(version), gauntletQueue(version, "accelerator")];
  if (!alive.includes("accelerator")) return () => cpu;
  if (!alive.includes("cpu")) return () => accelerated;
  const large = await db.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Defense" WHERE "id" = ANY(${ids}) AND ("facts"->>'flopsPerExample')::float8 >= ${LARGE_FLOPS}`;
  const found = new Set(large.map(({ id }) => id));
  return (id) => (found.has(id) ? accelerated : cpu);
}
