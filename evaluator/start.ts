import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { cpus, hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { env, installationSecret } from "#env.ts";
import { refreshBoards } from "#evaluator/boards.ts";
import { BUDGETS, type Budgets, type Context } from "#evaluator/context.ts";
import { evaluateSubmission } from "#evaluator/evaluate.ts";
import { runGauntlet } from "#evaluator/gauntlet.ts";
import { fail } from "#evaluator/progress.ts";
import { startQueryServer } from "#evaluator/queries/server.ts";
import { openSearchOn } from "#evaluator/search-on.ts";
import { publishSeeds } from "#evaluator/seeds.ts";
import { slotPool } from "#evaluator/slots.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { sweepIncoming, trimCache } from "#store/artifacts.ts";
import { closeDatabase, database } from "#store/database.ts";
import {
  adoptGauntlets,
  createGauntletQueue,
  enqueueGauntlets,
  GauntletJob,
  gauntletQueue,
  searchingOn,
} from "#store/gauntlet-queue.ts";
import { expectMigrated } from "#store/migrated.ts";
import {
  createQueues,
  EVALUATE,
  type EvaluateJob,
  enqueueUnfinished,
  GIVEN_UP,
  openBoss,
  REFRESH,
  type RefreshJob,
  WORKING,
} from "#store/queue.ts";

const HEARTBEAT_MS = 3_000;
/** How long evaluations that were given up may take to notice. */
const GIVING_UP_MS = 10_000;
/** Full gauntlets at a time; each is one process of one thread, at the lowest priority. */
const BACKGROUND_SLOTS = 1;
/** How often evaluators look for what is nobody's job: challenges that have closed, and jobs that nobody's version is left for. */
const TEND_MS = 60_000;
const SWEEP_MS = 24 * 60 * 60 * 1000;

export interface Evaluator {
  /** Gives up what runs (what it recorded stays, the queue brings the rest back) and releases everything. */
  stop(): Promise<void>;
}

/**
 * Starts an evaluator on this process's environment; resolves once it takes jobs. Throws where there is no sandbox, no
 * database or no secret, and then leaves it to the caller to end the process.
 */
export async function startEvaluator(budgets: Budgets = BUDGETS): Promise<Evaluator> {
  const context = await openContext(budgets);
  const { db, boss, sandbox, slots, log, folder } = context;
  const nodeId = randomBytes(8).toString("hex");
  const queries = await startQueryServer(context, nodeId);
  const description = { ...descriptionOf(context), address: queries.address };
  const heartbeat = async () => {
    const busy = slots.busy();
    await db.evaluatorNode.upsert({
      where: { id: nodeId },
      create: { id: nodeId, ...description, busy },
      update: { busy },
    });
    // The clocks of machines differ: others go by the database's.
    await db.$executeRaw`UPDATE "EvaluatorNode" SET "seenAt" = now() WHERE "id" = ${nodeId}`;
  };
  await heartbeat();
  const beat = setInterval(
    () => void heartbeat().catch((error) => log.warn({ error: String(error) }, "heartbeat")),
    HEARTBEAT_MS,
  );
  await sweepIncoming(SWEEP_MS);
  await trimCache();
  await publishSeeds(db, context.secret);
  const running = await work(context);
  const tending = setInterval(
    () => void tend(context).catch((error) => log.warn({ error: String(error) }, "tending")),
    TEND_MS,
  );
  log.info(description, "evaluator ready");
  return {
    async stop() {
      clearInterval(beat);
      clearInterval(tending);
      await queries.close();
      await boss.stop({ graceful: true, timeout: 2_000 }).catch(() => {});
      await sandbox.close();
      // What was given up still ends its own business: it must find its folder and the database until it has.
      await Promise.race([Promise.allSettled(running), sleep(GIVING_UP_MS, null, { ref: false })]);
      await db.evaluatorNode.deleteMany({ where: { id: nodeId } }).catch(() => {});
      await closeDatabase();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

type OpenContext = Context & { slots: ReturnType<typeof slotPool>; querySlots: number[] };

async function openContext(budgets: Budgets): Promise<OpenContext> {
  const log = pino({ level: env.LOG_LEVEL, base: { service: "evaluator", pid: process.pid } });
  const secret = installationSecret();
  await expectMigrated(database());
  const folder = join(env.stateFolder, "evaluator", `${process.pid}-${randomBytes(4).toString("hex")}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const width = env.EVALUATOR_SLOTS;
  const slots = slotPool(width);
  const { sandbox, provider } = await openSearchOn(
    env.EXECUTION_PROVIDER,
    { slots: width + BACKGROUND_SLOTS + env.QUERY_SLOTS, stateFolder: env.stateFolder },
    { slots, log, folder, budgets },
  );
  const boss = openBoss({ supervise: true });
  boss.on("error", (error) => log.error({ error: String(error) }, "queue"));
  await boss.start();
  await createQueues(boss);
  await createGauntletQueue(boss, EVALUATOR_VERSION, searchingOn(provider));
  const backgroundSlots = slotPool(BACKGROUND_SLOTS, width);
  const querySlots = Array.from({ length: env.QUERY_SLOTS }, (_, i) => width + BACKGROUND_SLOTS + i);
  const cpu = cpus()[0]?.model ?? process.arch;
  return {
    ...{ db: database(), boss, sandbox, slots, backgroundSlots, querySlots, width },
    ...{ log, folder, budgets, secret, cpu, provider },
  };
}

function descriptionOf({ sandbox, width, cpu, provider }: Context) {
  return {
    ...{ host: hostname(), pid: process.pid, tier: sandbox.tier, slots: width, cpu, provider },
    version: EVALUATOR_VERSION,
    ort: createRequire(import.meta.url)("onnxruntime-node/package.json").version as string,
  };
}

/** Publishes the seeds of challenges that have closed, and takes over what evaluators that are gone have left behind. */
async function tend(context: Context): Promise<void> {
  await publishSeeds(context.db, context.secret);
  const searching = searchingOn(context.provider);
  // One that was silent for long finds that the others have taken its queue away.
  await createGauntletQueue(context.boss, EVALUATOR_VERSION, searching);
  if ((await adoptGauntlets(context, EVALUATOR_VERSION, searching)) === 0) return;
  const tiers = await enqueueGauntlets(context, EVALUATOR_VERSION);
  context.log.warn({ tiers }, "of the gauntlet were left by evaluators that are gone");
}

/** Starts taking jobs; gives the set of evaluations that run, which never reject. */
async function work(context: Context): Promise<Set<Promise<void>>> {
  const { boss, db, log, width } = context;
  const running = new Set<Promise<void>>();
  await boss.work<EvaluateJob>(GIVEN_UP, WORKING, async ([job]) => {
    const { id } = job!.data;
    if (await fail(context, id, job!.id)) log.error({ submission: id, reference: job!.id }, "given up");
  });
  const attempt = async (work: Promise<void>, about: object) => {
    const settled = work.catch(() => {}).finally(() => running.delete(settled));
    running.add(settled);
    try {
      await work;
    } catch (error) {
      log.error({ ...about, error: String(error), stack: (error as Error).stack }, "failed, and will be tried again");
      throw error;
    }
  };
  await boss.work<EvaluateJob>(EVALUATE, { localConcurrency: width, ...WORKING }, async ([job]) => {
    const { data, signal, retryCount } = job!;
    await attempt(evaluateSubmission(context, data.id, signal), { submission: data.id, attempt: retryCount });
  });
  const searching = searchingOn(context.provider);
  await boss.work(gauntletQueue(EVALUATOR_VERSION, searching), WORKING, async ([job]) => {
    const { signal, retryCount } = job!;
    const data = GauntletJob.parse(job!.data);
    await attempt(runGauntlet(context, data, signal), { gauntlet: data, attempt: retryCount });
  });
  await boss.work<RefreshJob>(REFRESH, WORKING, async ([job]) => {
    await refreshBoards(db, job!.data.challengeId);
  });
  const back = await enqueueUnfinished(boss, db);
  if (back > 0) log.warn({ submissions: back }, "had no job and were enqueued again");
  await adoptGauntlets(context, EVALUATOR_VERSION, searching);
  const behind = await enqueueGauntlets(context, EVALUATOR_VERSION);
  if (behind > 0) log.info({ tiers: behind }, "of the gauntlet are to be run");
  return running;
}
