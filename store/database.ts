import { PrismaPg } from "@prisma/adapter-pg";
import { databaseUrl } from "#env.ts";
import { type Prisma, PrismaClient } from "#store/generated/client.ts";

/** A transaction of ours, or the client itself. */
export type Db = PrismaClient | Prisma.TransactionClient;

// Next reloads modules in development; a client a reload would exhaust the server's connections.
const kept = globalThis as { gauntletDatabase?: PrismaClient };

/** The one PrismaClient of this process, connected on first use to DATABASE_URL. */
export function database(): PrismaClient {
  kept.gauntletDatabase ??= new PrismaClient({
    adapter: new PrismaPg({ connectionString: databaseUrl(), max: 10 }),
    transactionOptions: { maxWait: 10_000, timeout: 30_000 },
  });
  return kept.gauntletDatabase;
}

/** Ends the process's connections; a later `database()` opens new ones. */
export async function closeDatabase(): Promise<void> {
  await kept.gauntletDatabase?.$disconnect();
  delete kept.gauntletDatabase;
}
