import fs from "node:fs";
import os from "node:os";
import type { Probe } from "./probe.ts";

const expected = ["ORT_DISABLE_TELEMETRY", "UV_USE_IO_URING", "PWD", "LD_LIBRARY_PATH", "VK_DRIVER_FILES"];

/** Descriptors that are open from `from` on and are not Node's own (epoll, eventfd and pipes of its loop). */
function foreign(from: number): string[] {
  const found: string[] = [];
  for (let fd = from; fd < 256; fd++) {
    try {
      const stat = fs.fstatSync(fd);
      if (stat.isFile() || stat.isSocket() || stat.isDirectory() || stat.isBlockDevice()) found.push(String(fd));
    } catch {
      // not open
    }
  }
  return found;
}

/** What was handed in without being meant to be. fd 3 is the result channel, fd 5 the liveness pipe. */
export const leaks: Probe[] = [
  {
    name: "the evaluator's environment",
    attempt: () => Object.keys(process.env).some((key) => !expected.includes(key)),
  },
  { name: "a secret in the environment", attempt: () => process.env.GAUNTLET_PROBE_SECRET ?? false },
  { name: "the host's name", attempt: ({ hostname }) => os.hostname() === hostname },
  { name: "the evaluator's user", attempt: ({ uid }) => process.getuid!() === uid },
  { name: "who is who", attempt: () => os.userInfo().username },
  { name: "the filter's or the status descriptor", attempt: () => foreign(4).filter((fd) => fd !== "5").length > 0 },
  { name: "a terminal", attempt: () => fs.fstatSync(0).isFIFO() || fs.readSync(0, Buffer.alloc(1)) > 0 },
  { name: "a home folder", attempt: () => fs.readdirSync(os.homedir()).length },
];
