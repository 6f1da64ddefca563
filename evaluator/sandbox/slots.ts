import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { SandboxUnavailable } from "./unavailable.ts";

/** As root every slot runs under a user of its own, from this one on (ioi/isolate's box users). */
const firstUid = 61_000;
const lastUid = 61_999;

/** A place where one sandbox at a time runs. */
export interface Slot {
  index: number;
  /** in the path of a file that every process of this slot has bound: how leftovers are found, whoever started them */
  token: string;
  folder: string;
  /** the slot's own user when we are root, else null: the evaluator's user */
  uid: number | null;
  release(): void;
}

/**
 * Holds an abstract Unix socket as a lock: the kernel frees it with its process, however that ends. Null when taken. Such
 * names are known within a network namespace alone: evaluators in two of them must have process ids of their own too, as
 * containers have, or one would reap what runs under the other's users.
 */
function claim(name: string): Promise<net.Server | null> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(null) : reject(error),
    );
    server.listen(`\0gauntlet-sandbox-${name}`, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** Names slot `index` of the installation whose state lies in `state`: the same name in every process and after every start. */
export function slotToken(state: string, index: number): string {
  return `${createHash("sha256").update(path.resolve(state)).digest("hex").slice(0, 16)}-slot-${index}`;
}

/**
 * Claims slot `index` of the installation whose state lies in `state`, and an unused user for it when `root`.
 * Throws SandboxUnavailable when another process of this machine holds the slot. `staging` is where its folder goes.
 */
export async function claimSlot(index: number, state: string, staging: string, root: boolean): Promise<Slot> {
  const token = slotToken(state, index);
  const lock = await claim(token);
  if (!lock)
    throw new SandboxUnavailable(`another evaluator uses ${state}: stop it, or give this one a folder of its own`);
  let uid: number | null = null;
  let userLock: net.Server | null = null;
  for (let candidate = firstUid; root && !userLock; candidate++) {
    if (candidate > lastUid) throw new Error(`all sandbox users (${firstUid} to ${lastUid}) are taken`);
    userLock = await claim(`uid-${candidate}`);
    uid = candidate;
  }
  const folder = path.join(staging, "slots", token);
  await fs.rm(folder, { recursive: true, force: true });
  await fs.mkdir(path.dirname(folder), { recursive: true, mode: 0o755 });
  await fs.mkdir(folder, { mode: 0o700 });
  if (uid !== null) {
    // the slot's user may pass through, and neither list nor write; nobody else may even pass
    await fs.chown(folder, process.getuid!(), uid);
    await fs.chmod(folder, 0o710);
  }
  await fs.writeFile(path.join(folder, ".mark"), "", { mode: 0o444 });
  const release = () => {
    lock.close();
    userLock?.close();
  };
  return { index, token, folder, uid, release };
}
