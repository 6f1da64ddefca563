import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { cpus, hostname } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { env, installationSecret } from "#env.ts";
import { refreshBoards } from "#evaluator/boards.ts";
import { BUDGETS, type Context } from "#evaluator/context.ts";
import { evaluateSubmission } from "#evaluator/evaluate.ts";
import { fail } from "#evaluator/progress.ts";
import { openSandbox } from "#evaluator/sandbox/sandbox.ts";
import { slotPool } from "#evaluator/slots.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { sweepIncoming } from "#store/artifacts.ts";
import { closeDatabase, database } from "#store/database.ts";
import {
  createQueues,
  EVALUATE,
  EVALUATE_RETRIES,
  type EvaluateJob,
  openBoss,
  REFRESH,
  type RefreshJob,
} from "#store/queue.ts";

/**
 * The evaluator: claims submissions from the queue, runs their files in the sandbox, judges, records. It holds the
 * installation's secret and opens nobody's file itself. Any number of evaluators may run, on any number of machines.
 */
const HEARTBEAT_MS = 3_000;
// A new submission wakes a worker at once; this is how soon a worker looks again after it has finished one.
const POLLING = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5, heartbeatRefreshSeconds: 3 };
const SWEEP_MS = 24 * 60 * 60 * 1000;

const log = pino({ level: env.LOG_LEVEL, base: { service: "evaluator", pid: process.pid } });
const ort: string = createRequire(import.meta.url)("onnxruntime-node/package.json").version;

const folder = join(env.stateFolder, "evaluator", `${process.pid}-${randomBytes(4).toString("hex")}`);
await mkdir(folder, { recursive: true, mode: 0o700 });
const sandbox = await openSandbox({ slots: env.EVALUATOR_SLOTS, stateFolder: env.stateFolder });
const boss = openBoss({ supervise: true });
boss.on("error", (error) => log.error({ error: String(error) }, "queue"));
await boss.start();
await createQueues(boss);

const db = database();
const slots = slotPool(sandbox.slots);
const context: Context = {
  ...{ db, boss, sandbox, slots, log, folder, budgets: BUDGETS },
  secret: installationSecret(),
  cpu: cpus()[0]?.model ?? process.arch,
};

const nodeId = randomBytes(8).toString("hex");
const describe = {
  host: hostname(),
  pid: process.pid,
  tier: sandbox.tier,
  version: EVALUATOR_VERSION,
  ort,
  cpu: context.cpu,
};
async function heartbeat(): Promise<void> {
  const alive = { busy: slots.busy(), seenAt: new Date() };
  await db.evaluatorNode.upsert({
    where: { id: nodeId },
    create: { id: nodeId, ...describe, slots: sandbox.slots, ...alive },
    update: alive,
  });
}
await heartbeat();
const beat = setInterval(
  () => void heartbeat().catch((error) => log.warn({ error: String(error) }, "heartbeat")),
  HEARTBEAT_MS,
);
await sweepIncoming(SWEEP_MS);

await boss.work<EvaluateJob>(EVALUATE, { localConcurrency: sandbox.slots, ...POLLING }, async ([job]) => {
  const { id } = job!.data;
  try {
    await evaluateSubmission(context, id, job!.signal);
  } catch (error) {
    const last = job!.retryCount >= EVALUATE_RETRIES;
    log.error(
      { submission: id, job: job!.id, attempt: job!.retryCount, error: String(error), stack: (error as Error).stack },
      "evaluation failed",
    );
    if (!last || job!.signal.aborted) throw error;
    await fail(context, id, job!.id);
  }
});
await boss.work<RefreshJob>(REFRESH, POLLING, async ([job]) => {
  await refreshBoards(db, job!.data.challengeId);
});
log.info({ ...describe, slots: sandbox.slots }, "evaluator ready");
process.send?.("ready");

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  clearInterval(beat);
  // Running evaluations are given up and taken over again after the restart: what they recorded stays.
  await boss.stop({ graceful: true, timeout: 2_000 }).catch(() => {});
  await sandbox.close();
  await db.evaluatorNode.deleteMany({ where: { id: nodeId } }).catch(() => {});
  await closeDatabase();
  await rm(folder, { recursive: true, force: true });
  process.exit(0);
}
process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
