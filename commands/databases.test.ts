import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { expect, test } from "vitest";
import { checkout } from "#commands/checkout.ts";
import { migrationTo } from "#commands/migrations.ts";
import { freshDatabase } from "#commands/test-database.ts";

async function names(url: string, sql: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(sql);
  await client.end();
  return rows.map((row) => row.name);
}

const tables = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'";

test("a fresh database has every table, nobody else's rows, and is gone after drop", async () => {
  const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
  expect(await names(one.url, tables)).toContain("Person");
  await names(one.url, `CREATE TABLE mine (x int)`);
  expect(await names(other.url, tables)).not.toContain("mine");
  await one.drop();
  await expect(names(one.url, tables)).rejects.toThrow(/does not exist/);
  await other.drop();
});

test("the migrations lead to prisma/schema.prisma", async () => {
  const { url, drop } = await freshDatabase();
  const schema = readFileSync(join(checkout, "prisma/schema.prisma"), "utf8");
  expect(await migrationTo(schema, url)).toBeNull();
  expect(await migrationTo(`${schema}\nmodel Extra {\n  id String @id\n}\n`, url)).toContain('CREATE TABLE "Extra"');
  await drop();
});
