import { inject } from "vitest";
import { type TemporaryDatabase, temporaryDatabase } from "#commands/databases.ts";

/**
 * A database of its own for one suite, with all migrations applied and nothing in it, on the server that
 * commands/test-setup.ts keeps for the whole run. Give its address to what is tested before that connects:
 *
 *     const { url, drop } = await freshDatabase();
 *     provide({ DATABASE_URL: url });
 */
export async function freshDatabase(): Promise<TemporaryDatabase> {
  return temporaryDatabase(inject("databaseServer"), "migrated");
}
