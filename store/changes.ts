import { Client } from "pg";
import { databaseUrl } from "#env.ts";
import type { Db } from "#store/database.ts";

/** PostgreSQL's channel on which a submission's id is sent whenever its row or its log changed. */
const CHANNEL = "gauntlet_submission";
const RECONNECT_MS = 1_000;

type Listener = () => void;
interface Hub {
  listeners: Map<string, Set<Listener>>;
  connected: boolean;
}
// One connection a process, however many pages are open and however often a module is reloaded.
const kept = globalThis as { gauntletChanges?: Hub };
function hub(): Hub {
  kept.gauntletChanges ??= { listeners: new Map(), connected: false };
  return kept.gauntletChanges;
}

/** Announces a change; takes effect when `tx` commits. */
export async function announce(tx: Db, submissionId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${CHANNEL}, ${submissionId})`;
}

/**
 * Calls `listener` after each change of the submission, and once after every reconnection, since changes may have been
 * missed. Returns what ends it. Listeners read the row themselves: a notification carries nothing but the id.
 */
export function watchSubmission(submissionId: string, listener: Listener): () => void {
  const { listeners } = hub();
  const set = listeners.get(submissionId) ?? new Set();
  listeners.set(submissionId, set.add(listener));
  void connect();
  return () => {
    set.delete(listener);
    if (set.size === 0) listeners.delete(submissionId);
  };
}

/** Keeps one listening connection for as long as anybody listens. */
async function connect(): Promise<void> {
  const state = hub();
  if (state.connected) return;
  state.connected = true;
  try {
    const client = new Client({ connectionString: databaseUrl(), keepAlive: true });
    const lost = new Promise<void>((resolve) => {
      client.on("error", () => resolve());
      client.on("end", resolve);
    });
    client.on("notification", ({ payload }) => {
      for (const listener of state.listeners.get(payload ?? "") ?? []) listener();
    });
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    for (const set of state.listeners.values()) for (const listener of set) listener();
    await lost;
    client.removeAllListeners();
    client.on("error", () => {});
    void client.end().catch(() => {});
  } catch {
    // The database is away: try again below.
  }
  state.connected = false;
  await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  if (state.listeners.size > 0) void connect();
}
