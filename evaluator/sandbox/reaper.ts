import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** What identifies the processes of a slot. */
interface Marks {
  token: string;
  uid: number | null;
}

function read(pid: string, file: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}

/** True for a process that is gone or only waits to be collected (a zombie runs nothing). */
export function hasEnded(pid: number | string): boolean {
  const status = read(String(pid), "status");
  return status === "" || /^State:\s+[ZX]/m.test(status);
}

/** A command line of ours: not that of somebody who looks at the slot's folder. */
const isStarting = (commandLine: string, token: string) =>
  commandLine.includes(token) && commandLine.includes("\0--ro-bind\0");

/**
 * Pids (not zombies) that belong to a slot. By its user, where it has one. By the mounts of the process: the slot's
 * mark is bound in every sandbox, and a payload cannot change what it sees mounted. By the command line, for
 * bubblewrap and what starts it before anything is mounted: a payload can change its own, but has the mount.
 */
export function processesOf({ token, uid }: Marks): number[] {
  const owned = uid === null ? null : new RegExp(`^Uid:.*\\b${uid}\\b`, "m");
  return fs
    .readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) => {
      const mine =
        owned?.test(read(pid, "status")) ||
        isStarting(read(pid, "cmdline"), token) ||
        read(pid, "mountinfo").includes(token);
      return mine && !hasEnded(pid);
    })
    .map(Number);
}

/** Kills whatever is left of a slot and waits until it is gone; resolves to how many processes that were. Throws after 5 s. */
export async function reapSlot(marks: Marks): Promise<number> {
  const killed = new Set<number>();
  // twice clean: a process that forks while we look is found on the next look
  for (let clean = 0, looks = 0; clean < 2; looks++) {
    const left = processesOf(marks);
    clean = left.length === 0 ? clean + 1 : 0;
    if (looks > 500) throw new Error(`processes of ${marks.token} cannot be ended: ${left.join(" ")}`);
    for (const pid of left) {
      killed.add(pid);
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // gone
      }
    }
    if (left.length > 0) await sleep(10);
  }
  return killed.size;
}
