import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MigrationList } from "@prisma/schema-engine-wasm";
import { temporaryDatabase } from "#commands/databases.ts";
import { schemaEngine } from "#commands/schema-engine.ts";
import { migrationsFolder, migrationsIn } from "#store/migrated.ts";

const filters = { externalTables: [], externalEnums: [] };

/**
 * Brings the database at `url` up to the last migration. Returns the names of those applied now, oldest first.
 * Throws with Prisma's message when one fails; it then stays marked as failed and nothing after it runs.
 */
export async function applyMigrations(url: string, folder = migrationsFolder): Promise<string[]> {
  const { engine, close } = await schemaEngine(url);
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList: listMigrations(folder), filters });
    return appliedMigrationNames;
  } finally {
    await close();
  }
}

/**
 * The SQL that leads from the last migration to `schema` (text of a schema.prisma), or null when nothing differs.
 * `url` is any database of a server that lets us make another: the migrations are replayed there.
 */
export async function migrationTo(schema: string, url: string, folder = migrationsFolder): Promise<string | null> {
  const shadow = await temporaryDatabase(url);
  const { engine, close } = await schemaEngine(url, shadow.url);
  try {
    const from = { tag: "migrations" as const, ...listMigrations(folder) };
    const to = { tag: "schemaDatamodel" as const, files: [{ path: "schema.prisma", content: schema }] };
    // Asked for an exit code, the engine answers 2 where something differs.
    const { stdout, exitCode } = await engine.diff({ from, to, script: true, exitCode: true, filters });
    return exitCode === 2 ? stdout : null;
  } finally {
    await close();
    await shadow.drop();
  }
}

function listMigrations(folder: string): MigrationList {
  return {
    baseDir: folder,
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"' },
    shadowDbInitScript: "",
    migrationDirectories: migrationsIn(folder).map((name) => {
      return { path: name, migrationFile: migrationFile(join(folder, name, "migration.sql")) };
    }),
  };
}

function migrationFile(path: string): MigrationList["migrationDirectories"][number]["migrationFile"] {
  if (!existsSync(path)) return { path: "migration.sql", content: { tag: "error", value: `${path} is missing` } };
  return { path: "migration.sql", content: { tag: "ok", value: readFileSync(path, "utf8") } };
}
