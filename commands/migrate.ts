import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { withDatabase } from "#commands/installation.ts";
import { applyMigrations, migrationTo } from "#commands/migrations.ts";
import { migrationsFolder } from "#store/migrated.ts";

/** `npm run migrate -- <name>`: writes the migration that leads to prisma/schema.prisma and applies it here. */
async function main(name: string | undefined): Promise<void> {
  if (name === undefined || !/^[a-z0-9_]+$/.test(name)) {
    console.error("Usage: npm run migrate -- <name>, the name in lower case, digits and _, for instance add_claims");
    process.exit(2);
  }
  await withDatabase(async (url) => {
    const schema = readFileSync(resolve(import.meta.dirname, "../prisma/schema.prisma"), "utf8");
    const sql = await migrationTo(schema, url);
    if (sql === null) return console.log("The migrations lead to prisma/schema.prisma already.");
    const folder = join(migrationsFolder, `${new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14)}_${name}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "migration.sql"), sql);
    writeFileSync(join(migrationsFolder, "migration_lock.toml"), 'provider = "postgresql"\n');
    console.log(`Wrote ${join(folder, "migration.sql")}; read it before you commit it.`);
    await applyMigrations(url);
  });
}

await main(process.argv[2]);
