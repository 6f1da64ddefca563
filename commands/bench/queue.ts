import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PgBoss } from "pg-boss";
import { inWords, median, quantile } from "#commands/bench/apparatus/figures.ts";
import { type BenchOptions, publish } from "#commands/bench/apparatus/findings.ts";
import { moment } from "#commands/bench/apparatus/machine.ts";
import { applyMigrations } from "#commands/migrations.ts";
import { startPostgres } from "#commands/postgres.ts";
import { provide } from "#env.ts";
import { createQueues, EVALUATE, openBoss, WORKING } from "#store/queue.ts";

const WORKERS = 8;

/** What the queue costs where the jobs cost nothing: one worker, and eight, on one durable PostgreSQL. */
export async function main(options: BenchOptions): Promise<void> {
  const began = moment();
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-queue-"));
  const postgres = await startPostgres({ folder });
  const opened: PgBoss[] = [];
  try {
    await applyMigrations(postgres.url);
    provide({ DATABASE_URL: postgres.url });
    const open = async () => {
      const boss = openBoss({ supervise: true });
      boss.on("error", (error) => console.error(String(error)));
      opened.push(await boss.start());
      return boss;
    };
    const boss = await open();
    await createQueues(boss);
    const [jobs, singles] = options.small ? [400, 10] : [10_000, 200];
    const taken = await oneByOne(boss, singles!);
    const one = await drained([boss], jobs! / 4);
    const others = await Promise.all(Array.from({ length: WORKERS - 1 }, open));
    const eight = await drained([boss, ...others], jobs!);
    publish("queue", began, how(jobs!, singles!), findings(taken, one, eight), options);
  } finally {
    for (const boss of opened) await boss.stop({ graceful: false });
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function how(jobs: number, singles: number): string {
  return (
    `The queue of submissions with its own settings (retries, heartbeats, one job a submission), its workers doing nothing, in one process with each ` +
    `worker a connection pool of its own, on a PostgreSQL that syncs to the disk of the same machine. Alone: ${singles} jobs, each sent when the one before is done, to an ` +
    `idle worker. One worker drains ${jobs / 4} jobs that wait, ${WORKERS} drain ${jobs}; from the first that is taken to the last.`
  );
}

function findings(taken: number[], one: number, eight: number) {
  return [
    {
      what: "a job alone, from sent to taken",
      measured: `${inWords(median(taken))} (p95 ${inWords(quantile(taken, 0.95))})`,
    },
    {
      what: "one worker, a job that waits",
      measured: `${inWords(1000 / one)} (${Math.round(one)} a second)`,
      ...{ target: "< 10 ms a job", met: 1000 / one < 10 },
    },
    {
      what: `${WORKERS} workers`,
      measured: `${Math.round(eight)} jobs a second`,
      ...{ target: ">= 500 a second", met: eight >= 500 },
    },
  ];
}

/** Milliseconds from the sending of a job to its handler, an idle worker waiting. */
async function oneByOne(boss: PgBoss, count: number): Promise<number[]> {
  const taken: number[] = [];
  let sentAt = 0;
  let done = () => {};
  const worker = await boss.work(EVALUATE, WORKING, async () => {
    taken.push(performance.now() - sentAt);
    done();
  });
  for (let i = 0; i < count; i++) {
    const end = new Promise<void>((resolve) => {
      done = resolve;
    });
    sentAt = performance.now();
    await boss.send(EVALUATE, { id: `single ${i}` }, { singletonKey: `single ${i}` });
    await end;
    await sleep(20);
  }
  await boss.offWork(EVALUATE, { id: worker, wait: true });
  return taken;
}

/** Jobs a second that the workers get done, of `count` that wait. */
async function drained(workers: PgBoss[], count: number): Promise<number> {
  const [boss] = workers;
  const batch = Array.from({ length: count }, (_, i) => ({
    data: { id: `waiting ${i}` },
    singletonKey: `waiting ${i}`,
  }));
  await boss!.insert(EVALUATE, batch);
  // As on an installation with a backlog: the counts by which workers go on at once have seen it.
  await sleep(8_000);
  let left = count;
  let first = 0;
  let last = () => {};
  const all = new Promise<void>((resolve) => {
    last = resolve;
  });
  const handler = async () => {
    first ||= performance.now();
    if (--left === 0) last();
  };
  const ids = await Promise.all(workers.map((worker) => worker.work(EVALUATE, WORKING, handler)));
  await all;
  const seconds = (performance.now() - first) / 1000;
  await Promise.all(workers.map((worker, i) => worker.offWork(EVALUATE, { id: ids[i]!, wait: true })));
  return count / seconds;
}
