import { spawnSync } from "node:child_process";
import { installDebianPackage, whereIs } from "#commands/debian.ts";

/**
 * Sees to it that bubblewrap is there and may make a sandbox; as root on Debian it is installed after saying so.
 * Throws an Error of one line that says what to do.
 */
export function requireBubblewrap(): void {
  if (whereIs("bwrap") === null) {
    const command = "apt-get install -y bubblewrap";
    if (!installDebianPackage("bubblewrap"))
      throw new Error(`bubblewrap is missing, and without it no model is run: ${command}`);
  }
  const tried = spawnSync("bwrap", ["--unshare-all", "--ro-bind", "/", "/", "true"], { encoding: "utf8" });
  if (tried.status !== 0) throw new Error(`bubblewrap cannot make a sandbox on this machine: ${tried.stderr.trim()}`);
}
