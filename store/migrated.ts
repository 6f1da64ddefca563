import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Db } from "#store/database.ts";

/** Folder of the migrations, one folder each with a migration.sql, as `prisma migrate deploy` wants them too. */
export const migrationsFolder = resolve(import.meta.dirname, "../prisma/migrations");

/** Names of the migrations in a folder, oldest first; none where there is no folder. */
export function migrationsIn(folder: string): string[] {
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

/**
 * Throws where the database lacks a migration that this code is written for: an evaluator of a new version that comes up
 * before the site has. One that has more is an evaluator's of an old version, which drains its queue (decision 9).
 */
export async function expectMigrated(db: Db): Promise<void> {
  const [{ there }] = await db.$queryRaw<
    [{ there: boolean }]
  >`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS there`;
  const applied = there
    ? await db.$queryRaw<{ name: string }[]>`
        SELECT migration_name AS name FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`
    : [];
  const known = new Set(applied.map(({ name }) => name));
  const missing = migrationsIn(migrationsFolder).find((name) => !known.has(name));
  if (missing !== undefined)
    throw new Error(
      `The database lacks the migration ${missing}: start the site of the same version first, which applies it.`,
    );
}
