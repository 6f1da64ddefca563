import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chownSync, closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Client } from "pg";
import { type Launcher, launcherFor } from "#commands/postgres-launch.ts";
import { keep, makePrivateFolder, readIfThere } from "#commands/private-file.ts";
import { commandLine, ended, isRunning, type ProcessId, processId } from "#commands/process-id.ts";

/** A server that runs until `stop`. */
export type Postgres = {
  /** Address of the database `gauntlet`, with the superuser's password. */
  url: string;
  pid: number;
  /** Fast shutdown: sessions are cut, everything committed is on disk. Resolves when the process has ended. */
  stop(): Promise<void>;
  /** Resolves when the process has ended, for whatever reason. */
  exited: Promise<void>;
};

/** The folder's server belongs to another process that is alive. */
export class PostgresInUse extends Error {
  override name = "PostgresInUse";
  readonly pid: number;
  constructor(pid: number) {
    super(`the database is in use by process ${pid}`);
    this.pid = pid;
  }
}

/**
 * Starts PostgreSQL on 127.0.0.1 with everything it needs in `folder` (made with mode 700 when missing): `data`, the
 * superuser's `password`, the `port` it had last, its `log`.
 *
 * - `port`: default the port it had last, and a free one where that is taken.
 * - `durable: false` trades crash safety for speed; only for data that nobody will miss.
 *
 * Recovers from a crash, stale postmaster.pid included; ends a server that outlived whoever had started it.
 * Throws PostgresInUse, or an Error with the end of the server's log when it does not come up.
 */
export async function startPostgres(options: { folder: string; port?: number; durable?: boolean }): Promise<Postgres> {
  const { folder, durable = true } = options;
  makePrivateFolder(folder);
  const data = join(folder, "data");
  claim(folder);
  const launch = launcherFor(folder);
  const password = keep(join(folder, "password"), () => randomBytes(24).toString("base64url"));
  if (readIfThere(join(data, "PG_VERSION")) === null) initialise(folder, launch, password, durable);
  await endOrphan(data);
  const port = await usablePort(options.port ?? Number(readIfThere(join(folder, "port")) ?? 0));
  writeFileSync(join(folder, "port"), `${port}\n`, { mode: 0o600 });
  const child = launchServer(folder, launch, port, durable);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await ready(child, folder);
  await createDatabase(address(port, password, "postgres"));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGINT");
    await exited;
    rmSync(join(folder, "owner"), { force: true });
  };
  return { url: address(port, password, "gauntlet"), pid: child.pid!, stop, exited };
}

/** The address of a server in `folder` that another living process has started, or null when there is none. */
export function runningPostgres(folder: string): string | null {
  const port = readIfThere(join(folder, "port"));
  const password = readIfThere(join(folder, "password"));
  if (port === null || password === null || ownerOf(folder) === null) return null;
  if (serverPid(join(folder, "data")) === null) return null;
  return address(Number(port), password, "gauntlet");
}

function address(port: number, password: string, database: string): string {
  return `postgresql://gauntlet:${password}@127.0.0.1:${port}/${database}`;
}

function ownerOf(folder: string): ProcessId | null {
  const text = readIfThere(join(folder, "owner"));
  if (text === null) return null;
  const [pid, started] = text.split(" ");
  const owner = { pid: Number(pid), started: started ?? "" };
  return isRunning(owner) ? owner : null;
}

function claim(folder: string): void {
  const owner = ownerOf(folder);
  if (owner !== null) throw new PostgresInUse(owner.pid);
  writeFileSync(join(folder, "owner"), `${process.pid} ${processId(process.pid)?.started}\n`, { mode: 0o600 });
}

function initialise(folder: string, launch: Launcher, password: string, durable: boolean): void {
  const draft = join(folder, "data.new");
  const passwordFile = join(folder, "initdb-password");
  rmSync(draft, { recursive: true, force: true });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const owner = statSync(folder);
  // Whoever runs initdb owns the folder; inside a user namespace that is root all the same.
  if (process.getuid?.() === 0) chownSync(passwordFile, owner.uid, owner.gid);
  const locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"];
  const access = ["--username=gauntlet", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  const { command, args, options } = launch("initdb", [
    `--pgdata=${draft}`,
    ...locale,
    ...access,
    ...(durable ? [] : ["--no-sync"]),
  ]);
  const run = spawnSync(command, args, { ...options, encoding: "utf8" });
  rmSync(passwordFile);
  if (run.status !== 0) throw new Error(`initdb failed: ${run.error?.message ?? run.stderr}`);
  // The name appears only when all of it is there, so an interrupted first start begins again.
  renameSync(draft, join(folder, "data"));
}

/** The postmaster that serves `data` now, whoever started it. A stale file, or a number that something else has now, is null. */
function serverPid(data: string): number | null {
  const pid = Number(readIfThere(join(data, "postmaster.pid"))?.split("\n")[0] ?? 0);
  if (pid === 0 || processId(pid) === null) return null;
  return commandLine(pid).includes(data) ? pid : null;
}

async function endOrphan(data: string): Promise<void> {
  const pid = serverPid(data);
  if (pid !== null) {
    process.kill(pid, "SIGINT");
    if (!(await ended(pid, 20_000))) throw new Error(`PostgreSQL (process ${pid}) of an earlier start does not end.`);
  }
  // postgres itself trusts any living process with the number in this file; root's numbers are used again often.
  rmSync(join(data, "postmaster.pid"), { force: true });
}

async function usablePort(wanted: number): Promise<number> {
  const probe = createServer();
  try {
    probe.listen(wanted, "127.0.0.1");
    await once(probe, "listening");
    return (probe.address() as { port: number }).port;
  } catch {
    return usablePort(0);
  } finally {
    probe.close();
  }
}

function launchServer(folder: string, launch: Launcher, port: number, durable: boolean): ChildProcess {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "200",
    shared_buffers: "256MB",
    max_wal_size: "4GB",
    log_timezone: "UTC",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const { command, args, options } = launch("postgres", ["-D", join(folder, "data"), "-p", String(port), ...flags]);
  const log = openSync(join(folder, "log"), "a", 0o600);
  // Its own session: Ctrl-C in a terminal must reach us first, so that the database ends last.
  const child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  return child;
}

async function ready(child: ChildProcess, folder: string): Promise<void> {
  let failure: string | null = null;
  child.once("error", (error) => {
    failure = error.message;
  });
  child.once("exit", (code, signal) => {
    failure ??= `ended with ${signal ?? code}`;
  });
  for (;;) {
    if (failure !== null) throw new Error(`PostgreSQL did not start (${failure}):\n${endOfLog(folder)}`);
    const lines = readIfThere(join(folder, "data", "postmaster.pid"))?.split("\n") ?? [];
    // Line 1 is the process, line 8 the state: src/include/utils/pidfile.h.
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === "ready") return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function endOfLog(folder: string): string {
  return (readIfThere(join(folder, "log")) ?? "").split("\n").slice(-8).join("\n");
}

async function createDatabase(maintenance: string): Promise<void> {
  const client = new Client({ connectionString: maintenance });
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = 'gauntlet'");
    if (found.rowCount === 0) await client.query("CREATE DATABASE gauntlet");
  } finally {
    await client.end();
  }
}
