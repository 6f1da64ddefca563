import { PrismaPg } from "@prisma/adapter-pg";
import { databaseUrl } from "#env.ts";
import { type Prisma, PrismaClient } from "#store/generated/client.ts";

/** A transaction of ours, or the client itself. */
export type Db = PrismaClient | Prisma.TransactionClient;

// Next reloads modules in development; a client a reload would exhaust the server's connections.
const kept = globalThis as { gauntletDatabase?: PrismaClient };

/** A host that was cut off within a transaction must not hold its locks until TCP gives up, which takes hours. */
const LOST = { idle_in_transaction_session_timeout: 15_000 };

/** The one PrismaClient of this process, connected on first use to DATABASE_URL. */
export function database(): PrismaClient {
  kept.gauntletDatabase ??= new PrismaClient({
    adapter: new PrismaPg({ connectionString: databaseUrl(), max: 10, keepAlive: true, ...LOST }),
    transactionOptions: { maxWait: 10_000, timeout: 30_000 },
  });
  return kept.gauntletDatabase;
}

/**
 * The database's time: the one clock that evaluators and sites on many machines share. Asked for under a lock, it tells
 * the order in which the lock was had. To the millisecond, as columns keep it.
 */
export async function clock(db: Db): Promise<Date> {
  const [{ at }] = await db.$queryRaw<[{ at: Date }]>`SELECT clock_timestamp()::timestamptz(3) AS at`;
  return at;
}

/** Ends the process's connections; a later `database()` opens new ones. */
export async function closeDatabase(): Promise<void> {
  await kept.gauntletDatabase?.$disconnect();
  delete kept.gauntletDatabase;
}
