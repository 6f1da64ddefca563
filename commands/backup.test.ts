import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkout } from "#commands/checkout.ts";
import { startPostgres } from "#commands/postgres.ts";
import { childEnvironment } from "#env.ts";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "gauntlet-backup-test-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function command(file: string, argument: string, state: string): Promise<{ code: number; said: string }> {
  const env = childEnvironment({ GAUNTLET_STATE: state, GAUNTLET_SECRET: "", DATABASE_URL: "" });
  const child = spawn(process.execPath, [join(checkout, "commands", file), argument], { cwd: root, env });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const [code] = await once(child, "exit");
  return { code, said };
}

async function session<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return work(client).finally(() => client.end());
}

test("a backup taken while rows are written restores every row committed before it, and the artifacts", async () => {
  const state = join(root, "state");
  mkdirSync(join(state, "artifacts/ab"), { recursive: true });
  writeFileSync(join(state, "artifacts/ab/cd"), "a model");
  const server = await startPostgres({ folder: join(state, "postgres") });
  let writing = true;
  const writer = session(server.url, async (client) => {
    await client.query("CREATE TABLE numbers (x int)");
    let x = 0;
    while (writing) await client.query("INSERT INTO numbers VALUES ($1)", [x++]);
    return x;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const before = await session(
    server.url,
    async (client) => (await client.query("SELECT max(x) AS x FROM numbers")).rows[0].x,
  );
  const archive = join(root, "backup.tar.gz");
  const backup = await command("backup.ts", archive, state);
  writing = false;
  const written = await writer;
  await server.stop();
  expect(backup).toMatchObject({ code: 0 });
  expect(statSync(archive).mode & 0o777).toBe(0o600);

  const other = join(root, "restored");
  expect(await command("restore.ts", archive, other)).toMatchObject({ code: 0 });
  expect(readFileSync(join(other, "artifacts/ab/cd"), "utf8")).toBe("a model");
  expect(readFileSync(join(other, "secret"), "utf8")).toBe(readFileSync(join(state, "secret"), "utf8"));
  const restored = await startPostgres({ folder: join(other, "postgres") });
  const { count, most } = await session(
    restored.url,
    async (client) => (await client.query("SELECT count(*)::int, max(x) AS most FROM numbers")).rows[0],
  );
  await restored.stop();
  // Rows go in one after another, so what was restored is a prefix that reaches past the start of the backup.
  expect(count).toBe(most + 1);
  expect(most).toBeGreaterThanOrEqual(before);
  expect(most).toBeLessThan(written);
}, 120_000);

test("nothing is restored over an installation", async () => {
  const state = join(root, "occupied");
  mkdirSync(state);
  writeFileSync(join(state, "secret"), "mine");
  const { code, said } = await command("restore.ts", join(root, "backup.tar.gz"), state);
  expect(code).toBe(1);
  expect(said).toContain("is not empty");
  expect(readFileSync(join(state, "secret"), "utf8")).toBe("mine");
});
