import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { checkout } from "#commands/checkout.ts";
import { runningPostgres, startPostgres } from "#commands/postgres.ts";
import { ended, processId } from "#commands/process-id.ts";

// initdb writes 40 MB, which a busy disk takes its time for.
vi.setConfig({ testTimeout: 120_000 });

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gauntlet-postgres-"));
  folder = join(root, "postgres");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function sql(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return rows;
}

/** Another process that starts the server of `folder` and stays, or the reason why it does not. */
async function startElsewhere(
  options: { uid?: number } = {},
): Promise<{ pid: number; said: string; gone: Promise<unknown> }> {
  const program = `
    import { startPostgres } from "#commands/postgres.ts";
    try { const { pid } = await startPostgres({ folder: process.argv[1] }); console.log("up " + pid); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.name + ": " + error.message); }`;
  const args = ["--input-type=module-typescript", "-e", program, folder];
  const ids = options.uid === undefined ? {} : { uid: options.uid, gid: options.uid };
  const child = spawn(process.execPath, args, { cwd: checkout, stdio: ["ignore", "pipe", "inherit"], ...ids });
  const gone = once(child, "exit");
  const [said] = await Promise.race([once(child.stdout, "data"), gone.then(() => ["ended without a word"])]);
  return { pid: child.pid!, said: String(said).trim(), gone };
}

const write = "CREATE TABLE kept (x int); INSERT INTO kept VALUES (42)";
const read = "SELECT x FROM kept";

test("data survives stop and start; files and password are the owner's alone", async () => {
  const first = await startPostgres({ folder });
  await sql(first.url, write);
  await first.stop();
  expect(processId(first.pid)).toBeNull();
  const second = await startPostgres({ folder });
  expect(await sql(second.url, read)).toEqual([{ x: 42 }]);
  await second.stop();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, "password")).mode & 0o777).toBe(0o600);
});

test("after kill -9 of the server, what was committed is there and the stale postmaster.pid does no harm", async () => {
  const first = await startPostgres({ folder });
  await sql(first.url, write);
  process.kill(first.pid, "SIGKILL");
  await first.exited;
  expect(existsSync(join(folder, "data/postmaster.pid"))).toBe(true);
  rmSync(join(folder, "owner"));
  const second = await startPostgres({ folder });
  expect(await sql(second.url, read)).toEqual([{ x: 42 }]);
  await second.stop();
});

test("a postmaster.pid whose number another program has by now does not keep the server down", async () => {
  await (await startPostgres({ folder, durable: false })).stop();
  const file = join(folder, "data/postmaster.pid");
  writeFileSync(file, `${process.pid}\n${join(folder, "data")}\n0\n1\n\n127.0.0.1\n0 0\nready\n`, { mode: 0o600 });
  const again = await startPostgres({ folder, durable: false });
  await again.stop();
});

test("a second start is refused while the first lives, and finds its address", async () => {
  const other = await startElsewhere();
  expect(other.said).toMatch(/^up \d+$/);
  await expect(startPostgres({ folder })).rejects.toMatchObject({ name: "PostgresInUse", pid: other.pid });
  expect(await sql(runningPostgres(folder) ?? "", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  process.kill(other.pid, "SIGKILL");
  await other.gone;
});

test("kill -9 of whoever started the server ends the server too, and the next start has its data", async () => {
  const other = await startElsewhere();
  await sql(runningPostgres(folder) ?? "", write);
  process.kill(other.pid, "SIGKILL");
  await other.gone;
  expect(await ended(Number(other.said.split(" ")[1]), 20_000)).toBe(true);
  expect(runningPostgres(folder)).toBeNull();
  const next = await startPostgres({ folder });
  expect(await sql(next.url, read)).toEqual([{ x: 42 }]);
  await next.stop();
});

test("an interrupted initdb is begun again", async () => {
  mkdirSync(join(folder, "data.new/base"), { recursive: true, mode: 0o700 });
  const server = await startPostgres({ folder, durable: false });
  await server.stop();
  expect(existsSync(join(folder, "data.new"))).toBe(false);
});

test("a taken port is exchanged for a free one", async () => {
  const first = await startPostgres({ folder, durable: false });
  const neighbour = join(root, "neighbour");
  const second = await startPostgres({
    folder: neighbour,
    durable: false,
    port: Number(readFileSync(join(folder, "port"), "utf8")),
  });
  expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
  await Promise.all([first.stop(), second.stop()]);
});

const nobody = 65_534;
const reachable = process.getuid?.() === 0 && spawnSync("ls", [checkout], { uid: nobody, gid: nobody }).status === 0;

// Only root can become somebody else, and nobody must be able to enter the checkout.
test.skipIf(!reachable)("an ordinary user's server runs as that user", async () => {
  chownSync(root, nobody, nobody);
  const other = await startElsewhere({ uid: nobody });
  expect(other.said).toMatch(/^up \d+$/);
  expect(statSync(join(folder, "data")).uid).toBe(nobody);
  expect(await sql(runningPostgres(folder) ?? "", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  process.kill(other.pid, "SIGKILL");
  await other.gone;
});

test.skipIf(!reachable)("root serves an ordinary user's folder as that user", async () => {
  chownSync(root, nobody, nobody);
  const server = await startPostgres({ folder, durable: false });
  expect(statSync(join(folder, "data")).uid).toBe(nobody);
  expect(statSync(`/proc/${server.pid}`).uid).toBe(nobody);
  await server.stop();
});
