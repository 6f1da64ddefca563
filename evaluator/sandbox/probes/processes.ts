import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import type { Probe } from "./probe.ts";

function start(command: string, args: string[]): boolean {
  const { error, status } = spawnSync(command, args);
  if (error) throw error;
  return status === 0;
}

const setters: [string, () => void][] = [
  ["setuid", () => process.setuid!(0)],
  ["setgid", () => process.setgid!(0)],
  ["seteuid", () => process.seteuid!(0)],
  ["setegid", () => process.setegid!(0)],
  ["setgroups", () => process.setgroups!([0])],
];

/** Other processes and other users. A signal 0 asks whether a signal may be sent, and sends none. */
export const processes: Probe[] = [
  { name: "start itself again", attempt: () => start(process.execPath, ["--version"]) },
  { name: "start a shell", attempt: () => start("/bin/sh", ["-c", ":"]) },
  {
    name: "start a shell through the loader",
    attempt: () => start("/lib64/ld-linux-x86-64.so.2", ["/bin/sh", "-c", ":"]),
  },
  { name: "signal the first process", attempt: () => process.kill(1, 0) },
  { name: "signal the parent", attempt: () => process.kill(process.ppid, 0) },
  { name: "signal its own group", attempt: () => process.kill(0, 0) },
  { name: "signal everyone", attempt: () => process.kill(-1, 0) },
  { name: "signal the evaluator", attempt: ({ pid }) => process.kill(pid, 0) },
  { name: "see the evaluator", attempt: ({ pid }) => fs.existsSync(`/proc/${pid}`) },
  { name: "see its own number on the host", attempt: () => process.pid > 10 },
  ...setters.map(([name, attempt]) => ({ name, attempt })),
  { name: "raise its priority", attempt: () => os.setPriority(0, -10) },
  { name: "load a library of the host", attempt: () => process.dlopen({ exports: {} }, "/bin/sh") },
];
