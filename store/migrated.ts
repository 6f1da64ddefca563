import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Db } from "#store/database.ts";

const folder = join(import.meta.dirname, "../prisma/migrations");

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
  const ours = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  const [missing] = ours.filter((name) => !known.has(name)).sort();
  if (missing !== undefined)
    throw new Error(
      `The database lacks the migration ${missing}: start the site of the same version first, which applies it.`,
    );
}
