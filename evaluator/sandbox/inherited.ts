import fs from "node:fs";

const closesOnExec = 0o2000000;

/**
 * Descriptors from `from` on, ascending, that every program which this process starts would have open too: those that
 * whoever started it left open (terminals of editors do), or a native library. Node closes its own. None where /proc does not say.
 */
export function inherited(from: number): number[] {
  const open: number[] = [];
  try {
    for (const name of fs.readdirSync("/proc/self/fd"))
      if (Number(name) >= from && stays(name)) open.push(Number(name));
  } catch {
    // no Linux: no descriptor reaches a container of the engine
  }
  return open.sort((a, b) => a - b);
}

function stays(name: string): boolean {
  try {
    const flags = /^flags:\s+(\d+)/m.exec(fs.readFileSync(`/proc/self/fdinfo/${name}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & closesOnExec) === 0;
  } catch {
    return false; // the one that the folder was read with
  }
}

let nothing: number | undefined;

/**
 * `given`, for spawn, with nothing to read in place of what would be inherited beyond it: Node has no way to close a
 * descriptor in the child alone, and spawn's "ignore" leaves it open.
 */
export function withoutInherited<T>(given: T[]): (T | "ignore" | number)[] {
  const stdio: (T | "ignore" | number)[] = [...given];
  for (const fd of inherited(given.length)) {
    while (stdio.length < fd) stdio.push("ignore");
    nothing ??= fs.openSync("/dev/null", "r");
    stdio.push(nothing);
  }
  return stdio;
}
