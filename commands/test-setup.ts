import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { execute, siblingUrl } from "#commands/databases.ts";
import { applyMigrations } from "#commands/migrations.ts";
import { startPostgres } from "#commands/postgres.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Address of the test server's maintenance database. */
    databaseServer: string;
  }
}

/** Before all tests: one PostgreSQL in a temporary folder, with the database `migrated` to copy. Removed afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-test-"));
  const server = await startPostgres({ folder, durable: false });
  await execute(server.url, "CREATE DATABASE migrated");
  await applyMigrations(siblingUrl(server.url, "migrated"));
  project.provide("databaseServer", server.url);
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
