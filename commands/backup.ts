import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Client } from "pg";
import { copiedDatabase, dumpedDatabase, kept } from "#commands/backup-layout.ts";
import { withDatabase } from "#commands/installation.ts";
import { run } from "#commands/progress.ts";
import { env } from "#env.ts";

/**
 * `npm run backup -- <file.tar.gz>`: the whole installation in one file, while it runs or not. The embedded server's
 * files are copied between pg_backup_start and pg_backup_stop (PostgreSQL 18 manual, 25.3.3); a server of your own is
 * dumped with this machine's pg_dump. Artifacts never change, so copying them afterwards loses nothing. The file holds
 * the installation's secret and is readable by you alone.
 */
async function main(): Promise<void> {
  const target = process.argv[2];
  if (target === undefined) throw new Error("Usage: npm run backup -- <file.tar.gz>");
  const own = env.DATABASE_URL !== undefined;
  const file = resolve(target);
  await withDatabase(async (url) => {
    const scratch = mkdtempSync(join(dirname(file), ".gauntlet-backup-"));
    const tar = join(scratch, "backup.tar");
    try {
      if (own) dump(url, scratch, tar);
      else await copy(url, scratch, tar);
      append(tar, env.stateFolder, kept);
      compress(tar, file);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
  if (env.ARTIFACT_BUCKET !== undefined)
    console.log(
      `The artifacts are in the bucket ${env.ARTIFACT_BUCKET} and not in this file: keep the bucket, or copy it by the store's own means.`,
    );
  console.log(`Wrote ${file} (${(statSync(file).size / 2 ** 20).toFixed(1)} MiB). It holds the secret; keep it safe.`);
}

async function copy(url: string, scratch: string, tar: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    // The session must live until the stop, or the server ends the backup.
    await client.query("SELECT pg_backup_start('gauntlet', fast => true)");
    append(tar, env.stateFolder, [copiedDatabase], ["postmaster.pid", "postmaster.opts", "pg_wal/*"]);
    const { rows } = await client.query<{ labelfile: string }>("SELECT labelfile FROM pg_backup_stop(false)");
    writeFileSync(join(scratch, "backup_label"), rows[0]?.labelfile ?? "");
    append(tar, scratch, ["backup_label"], [], copiedDatabase);
    // Everything written meanwhile is in the log, which is copied last for that reason.
    append(tar, env.stateFolder, [`${copiedDatabase}/pg_wal`]);
  } finally {
    await client.end();
  }
}

function dump(url: string, scratch: string, tar: string): void {
  const args = ["--format=custom", "--no-owner", `--file=${join(scratch, dumpedDatabase)}`, url];
  const dumped = spawnSync("pg_dump", args, { stdio: ["ignore", "inherit", "inherit"] });
  if (dumped.status !== 0)
    throw new Error(
      "pg_dump failed. It must be of the server's version or later: apt-get install -y postgresql-client",
    );
  append(tar, scratch, [dumpedDatabase]);
}

function append(tar: string, folder: string, paths: string[], except: string[] = [], below = ""): void {
  const there = paths.filter((path) => statSync(join(folder, path), { throwIfNoEntry: false }) !== undefined);
  if (there.length === 0) return;
  const rename = below === "" ? [] : [`--transform=s|^|${below}/|`];
  const exclude = except.map((pattern) => `--exclude=${pattern}`);
  const args = [`--file=${tar}`, "--append", ...exclude, ...rename, "-C", folder, ...there];
  const { status, stderr } = spawnSync("tar", args, { encoding: "utf8" });
  // 1: a file changed while it was read, which the write-ahead log mends.
  if (status !== 0 && status !== 1) throw new Error(`tar failed: ${stderr}`);
}

function compress(tar: string, file: string): void {
  const { status, stderr } = spawnSync("sh", ["-c", 'umask 077; gzip -1 < "$1" > "$2"', "sh", tar, file], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`gzip failed: ${stderr}`);
  chmodSync(file, 0o600);
}

await run(main);
