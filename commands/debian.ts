import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { env } from "#env.ts";

/** Whether a program of that name is on PATH. */
export function hasProgram(name: string): boolean {
  return env.PATH.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Installs a package where we are root on Debian or its like, after saying so. Returns whether it is there now. */
export function installDebianPackage(name: string): boolean {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return false;
  console.log(`  Installing the Debian package ${name}: apt-get install -y ${name}`);
  const install = () => aptGet("install", "-y", name);
  // The lists of a fresh container are empty, hence the second try.
  return install() || (aptGet("update") && install());
}

function aptGet(...args: string[]): boolean {
  return spawnSync("apt-get", ["-qq", ...args], { stdio: ["ignore", "ignore", "inherit"] }).status === 0;
}
