import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";

/** True when everyone may pass through every folder down to `folder`. */
async function reachable(folder: string): Promise<boolean> {
  for (let at = folder; ; at = path.dirname(at)) {
    if (((await fs.stat(at)).mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

/** True when the folder is a real one of ours that nobody else may write in: another user can make it first in /tmp. */
async function ours(folder: string): Promise<boolean> {
  const stat = await fs.lstat(folder);
  return stat.isDirectory() && stat.uid === process.geteuid!() && (stat.mode & 0o022) === 0;
}

/**
 * The folder for what the sandboxes bind: `state` itself, unless we are root and the slots' users cannot reach it (root's
 * own home, mode 700); then a folder of ours in the system's temporary folder.
 */
export async function stagingFolder(state: string, root: boolean): Promise<string> {
  const folder = path.join(state, "sandbox");
  await fs.mkdir(folder, { recursive: true, mode: 0o755 });
  if (!root || ((await reachable(folder)) && (await ours(folder)))) return folder;
  const shared = path.join(os.tmpdir(), "gauntlet-sandbox");
  await fs.mkdir(shared, { mode: 0o755 }).catch(() => {});
  if (await ours(shared)) return shared;
  const fresh = await fs.mkdtemp(`${shared}-`);
  await fs.chmod(fresh, 0o755);
  return fresh;
}

/** Links a file of root's that everyone may read and nobody else may change, so that it costs no space; copies any other. */
async function place(from: string, to: string): Promise<void> {
  const stat = await fs.stat(from);
  if (stat.isDirectory()) {
    await fs.mkdir(to, { mode: 0o755 });
    for (const name of await fs.readdir(from)) await place(path.join(from, name), path.join(to, name));
    return;
  }
  const readable = stat.mode & 0o100 ? 0o005 : 0o004;
  if (stat.uid === 0 && (stat.mode & 0o022) === 0 && (stat.mode & readable) === readable) {
    try {
      return await fs.link(from, to);
    } catch {
      // another file system
    }
  }
  await fs.copyFile(from, to);
  await fs.chmod(to, stat.mode & 0o100 ? 0o555 : 0o444);
}

const month = 30 * 24 * 3_600_000;

/** Removes what was staged (`code/`) and not used for a month: older versions of Node, of the runner. */
export async function removeUnused(staging: string): Promise<void> {
  const code = path.join(staging, "code");
  for (const name of await fs.readdir(code).catch(() => [])) {
    const stat = await fs.stat(path.join(code, name)).catch(() => null);
    if (stat && Date.now() - stat.mtimeMs > month) await fs.rm(path.join(code, name), { recursive: true, force: true });
  }
}

/**
 * A path at which every slot can read `source` (file or folder of ours): the same path, or, when we are root, one in
 * `staging`, made once per state of the source (path, size, time of change) and found again by that.
 */
export async function stage(source: string, staging: string, root: boolean): Promise<string> {
  if (!root) return source;
  const real = await fs.realpath(source);
  const stat = await fs.stat(real, { bigint: true });
  const state = [real, stat.size, stat.mtimeNs, stat.ino].join("\0");
  const folder = path.join(staging, "code", createHash("sha256").update(state).digest("hex").slice(0, 24));
  const staged = path.join(folder, path.basename(real));
  try {
    await fs.access(staged);
    await fs.utimes(folder, new Date(), new Date());
    return staged;
  } catch {
    // not there yet
  }
  await fs.mkdir(path.dirname(folder), { recursive: true, mode: 0o755 });
  const temporary = await fs.mkdtemp(`${folder}.`);
  await fs.chmod(temporary, 0o755);
  await place(real, path.join(temporary, path.basename(real)));
  await fs.rename(temporary, folder).catch(async (error: NodeJS.ErrnoException) => {
    // another run or process was faster
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    await fs.rm(temporary, { recursive: true, force: true });
  });
  return staged;
}
