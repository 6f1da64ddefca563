import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { buildSite, generateClient } from "#commands/build.ts";
import { type Child, superviseChild } from "#commands/child.ts";
import { provideDatabase, provideSecrets } from "#commands/installation.ts";
import { applyMigrations } from "#commands/migrations.ts";
import { PostgresInUse } from "#commands/postgres.ts";
import { makePrivateFolder } from "#commands/private-file.ts";
import { run, step } from "#commands/progress.ts";
import { requireBubblewrap } from "#commands/sandbox-present.ts";
import { env } from "#env.ts";

/** `npm start`: everything a running contest needs, in this terminal, until Ctrl-C. */
async function start(): Promise<void> {
  const closing: (() => Promise<void>)[] = [];
  const stop = stopOnSignal(closing);
  console.log(`Gauntlet, state in ${env.stateFolder}`);
  requireBubblewrap();
  await requireFreePort();
  provideSecrets();
  try {
    await bringUp(closing);
  } catch (error) {
    await stop(1);
    throw error;
  }
}

async function bringUp(closing: (() => Promise<void>)[]): Promise<void> {
  const development = process.argv.includes("--dev");
  await step("Prisma client", generateClient);
  const postgres = await step("PostgreSQL", provideDatabase).catch(explain);
  if (postgres !== null) {
    let stopping = false;
    closing.unshift(() => {
      stopping = true;
      return postgres.stop();
    });
    postgres.exited.then(() => {
      if (!stopping) report("PostgreSQL ended; nothing committed is lost. Stop Gauntlet and start it again.");
    });
  }
  await step("Migrations", async () => (await applyMigrations(env.DATABASE_URL ?? "")).join(", ") || "none new");
  if (!development) await step("Site", buildSite);

  await step("Queues", prepareQueues);
  const logs = join(env.stateFolder, "logs");
  makePrivateFolder(logs);
  const mode = { NODE_ENV: development ? "development" : "production" };
  const supervise = (name: string, file: string, saysReady: boolean): Promise<Child> =>
    superviseChild({ name, file, saysReady, log: join(logs, `${name}.log`), variables: mode, report }).then((child) => {
      closing.unshift(() => child.stop());
      return child;
    });
  const serve = async () => {
    await supervise("site", "commands/serve.ts", true);
    await supervise("evaluator", "evaluator/main.ts", true);
  };
  const { addBundledChallenges } = await import("#commands/bundled-challenges.ts");
  await step("Site, evaluator and challenges", async () => (await Promise.all([addBundledChallenges(), serve()]))[0]);
  const { firstAdmin } = await import("#commands/first-admin.ts");
  const signIn = await firstAdmin();
  const { closeDatabase } = await import("#store/database.ts");
  await closeDatabase();
  console.log(`\nReady: ${env.siteUrl}\n${signIn}\nLogs are in ${logs}. Ctrl-C ends everything.`);
}

/** Imported only now: the client was not generated when this file was loaded, and the database had no address. */
async function prepareQueues(): Promise<void> {
  const { createQueues, openBoss } = await import("#store/queue.ts");
  const boss = await openBoss({ supervise: false }).start();
  await createQueues(boss);
  await boss.stop();
}

function report(sentence: string): void {
  console.error(`  ${new Date().toISOString()} ${sentence}`);
}

/** Ends what was started, newest first, on the first signal; returns the same as a function. */
function stopOnSignal(closing: (() => Promise<void>)[]): (code: number) => Promise<void> {
  let stopping: Promise<void> | null = null;
  const stop = (code: number) => {
    stopping ??= (async () => {
      for (const close of closing) await close().catch((error) => report(String(error)));
      process.exitCode = code;
    })();
    return stopping;
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, async () => {
      // A Ctrl-C comes twice: from the terminal, and from npm, which passes on its own.
      if (stopping === null) console.log("\nStopping ...");
      await stop(0);
      process.exit();
    });
  return stop;
}

async function requireFreePort(): Promise<void> {
  const probe = createServer().listen(env.PORT, env.HOST);
  try {
    await once(probe, "listening");
  } catch (error) {
    throw new Error(
      `Nothing can listen on ${env.HOST}:${env.PORT} (${(error as NodeJS.ErrnoException).code}): end what uses it, or set PORT.`,
    );
  } finally {
    probe.close();
  }
}

function explain(error: unknown): never {
  if (error instanceof PostgresInUse)
    throw new Error(`Gauntlet already runs here, as process ${error.pid}. End that one first.`);
  throw error;
}

await run(start);
