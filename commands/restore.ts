import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { dumpedDatabase } from "#commands/backup-layout.ts";
import { makePrivateFolder } from "#commands/private-file.ts";
import { run } from "#commands/progress.ts";
import { env } from "#env.ts";

/**
 * `npm run restore -- <file.tar.gz>`: makes an installation from a backup. The state folder must be empty or missing,
 * so that nothing is overwritten; with DATABASE_URL that database must be empty too.
 */
async function main(): Promise<void> {
  const source = process.argv[2];
  if (source === undefined) throw new Error("Usage: npm run restore -- <file.tar.gz>");
  const file = resolve(source);
  const state = env.stateFolder;
  if (existsSync(state) && readdirSync(state).length > 0)
    throw new Error(`${state} is not empty: stop Gauntlet, move that folder away, and restore again.`);
  makePrivateFolder(state);
  const { status, stderr } = spawnSync("tar", ["-xzf", file, "--no-same-owner", "-C", state], { encoding: "utf8" });
  if (status !== 0) throw new Error(`tar failed: ${stderr}`);
  const dump = join(state, dumpedDatabase);
  if (existsSync(dump)) load(dump);
  else if (env.DATABASE_URL !== undefined)
    console.log("The backup holds an embedded database: start Gauntlet without DATABASE_URL to use it.");
  console.log(`Restored to ${state}. npm start goes on from there.`);
}

function load(dump: string): void {
  if (env.DATABASE_URL === undefined)
    throw new Error("The backup holds a dump of a server of your own: set DATABASE_URL to an empty database.");
  const args = ["--no-owner", "--exit-on-error", `--dbname=${env.DATABASE_URL}`, dump];
  const { status } = spawnSync("pg_restore", args, { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error("pg_restore failed; the database must be empty.");
  rmSync(dump);
}

await run(main);
