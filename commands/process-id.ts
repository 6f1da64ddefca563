import { readFileSync } from "node:fs";

/** A process that can be recognised later: numbers are used again, number and start time together are not. */
export type ProcessId = {
  pid: number;
  /** Clock ticks since boot, /proc/PID/stat field 22. */
  started: string;
};

/** The identity of a running process, or null when there is none with that number. See proc(5). */
export function processId(pid: number): ProcessId | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in parentheses and may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return null;
    return { pid, started: fields[19] ?? "" };
  } catch {
    return null;
  }
}

/** Whether exactly that process still runs. */
export function isRunning(id: ProcessId): boolean {
  return processId(id.pid)?.started === id.started;
}

/** The arguments a process was started with, empty when it is gone or not ours to read. */
export function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}

/** Resolves to true when the process has ended, to false when it still runs after `milliseconds`. */
export async function ended(pid: number, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (processId(pid) !== null) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}
