import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { env } from "#env.ts";

/** The path of the program of that name that PATH leads to, or null. */
export function whereIs(name: string): string | null {
  const paths = env.PATH.split(delimiter).map((folder) => join(folder, name));
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
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
