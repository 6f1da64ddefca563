import fs from "node:fs";
import type { Probe } from "./probe.ts";

const { O_WRONLY, O_APPEND } = fs.constants;

const readable = [
  ...["/etc/passwd", "/etc/shadow", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/bin/sh", "/usr/bin/env"],
  ...["/proc/self/environ", "/proc/1/environ", "/proc/1/cmdline", "/proc/self/maps", "/proc/self/mountinfo"],
  ...["/proc/version", "/proc/cpuinfo", "/proc/meminfo", "/proc/sys/kernel/core_pattern", "/proc/self/mem"],
  ...["/sys/kernel/mm/transparent_hugepage/enabled", "/dev/urandom", "/dev/null", "/dev/kmsg", "/dev/mem"],
];
const listable = [
  "/etc",
  "/home",
  "/root",
  "/proc",
  "/proc/self/fd",
  "/sys",
  "/sys/class/net",
  "/var",
  "/run",
  "/dev/shm",
  "/opt",
];
/** opened for appending and closed again: nothing is written */
const appendable = [
  ...["/etc/passwd", "/etc/hosts", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/self/mem"],
  ...["/proc/self/oom_score_adj", "/proc/self/coredump_filter", "/sys/kernel/mm/transparent_hugepage/enabled"],
  ...["/bin/sh", "/lib64/ld-linux-x86-64.so.2", "/app/main.cjs", "/app/node", "/app/slot", "/in/input"],
];
const writable = ["/", "/etc", "/usr", "/lib64", "/dev", "/var", "/app", "/in", "/app/node_modules"];

function open(path: string, flags: number): void {
  fs.closeSync(fs.openSync(path, flags));
}

/** Gives a new file in /tmp and a free name beside it, and cleans both up as far as it is let. */
function withFile<T>(act: (path: string, other: string) => T): T {
  const path = `/tmp/gauntlet-probe-${process.pid}`;
  fs.writeFileSync(path, "x");
  try {
    return act(path, `${path}.other`);
  } finally {
    for (const name of [path, `${path}.other`]) {
      try {
        fs.unlinkSync(name);
      } catch {
        // inside, nothing is ever removed from /tmp
      }
    }
  }
}

/** The file system: what of the host can be seen or changed. */
export const files: Probe[] = [
  ...readable.map((path) => ({ name: `read ${path}`, attempt: () => open(path, fs.constants.O_RDONLY) })),
  ...listable.map((path) => ({ name: `list ${path}`, attempt: () => fs.readdirSync(path).length })),
  ...appendable.map((path) => ({ name: `open ${path} for writing`, attempt: () => open(path, O_WRONLY | O_APPEND) })),
  ...writable.map((path) => ({ name: `may write in ${path}`, attempt: () => fs.accessSync(path, fs.constants.W_OK) })),
  { name: "read secrets of the host", attempt: ({ secrets }) => secrets.some((path) => fs.existsSync(path)) },
  { name: "create a file beside the runner", attempt: () => fs.writeFileSync("/app/new", "x") },
  { name: "create a file beside the input", attempt: () => fs.writeFileSync("/in/new", "x") },
  { name: "leave the root by ..", attempt: () => fs.readdirSync("/../../../..").includes("etc") },
  { name: "setuid bit", attempt: () => withFile((path) => fs.chmodSync(path, 0o4755)) },
  { name: "give a file away", attempt: () => withFile((path) => fs.chownSync(path, 0, 0)) },
  { name: "hard link", attempt: () => withFile((path, other) => fs.linkSync(path, other)) },
  { name: "symbolic link", attempt: () => withFile((_, other) => fs.symlinkSync("/etc", other)) },
  { name: "rename a file", attempt: () => withFile((path, other) => fs.renameSync(path, other)) },
  {
    name: "4 MiB in a file",
    attempt: () => withFile((path) => fs.writeFileSync(path, new Uint8Array(4 << 20))),
  },
  { name: "16 GiB of memory", attempt: () => Buffer.alloc(16 * 2 ** 30).length },
];
