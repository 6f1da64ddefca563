import "server-only";
import type { PgBoss } from "pg-boss";
import { log } from "#data/log.ts";
import { createQueues, openBoss } from "#store/queue.ts";

const kept = globalThis as { gauntletBoss?: Promise<PgBoss> };

/** The site's own connection to the queue: it enqueues and looks, and never works. */
export function boss(): Promise<PgBoss> {
  kept.gauntletBoss ??= open().catch((error: unknown) => {
    // The database may be away just now: the next request tries again.
    delete kept.gauntletBoss;
    throw error;
  });
  return kept.gauntletBoss;
}

async function open(): Promise<PgBoss> {
  const opened = openBoss({ supervise: false });
  opened.on("error", (error) => log.error({ error: error.message }, "queue"));
  await opened.start();
  await createQueues(opened);
  return opened;
}

/** Ends the connection; for tests. */
export async function closeBoss(): Promise<void> {
  const opened = await kept.gauntletBoss;
  delete kept.gauntletBoss;
  await opened?.stop({ graceful: false });
}
