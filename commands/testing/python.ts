import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "#commands/checkout.ts";
import { said } from "#commands/testing/program.ts";

/** A virtual environment below node_modules/.cache: its folder, or in a line why there is none. */
export type Venv = { folder: string; why: null } | { why: string };

/**
 * Puts packages (`name==version`) into an environment of their own, once for each list. Says why where there is no
 * Python 3.10 here, or its registry cannot be had.
 */
export async function venvWith(name: string, requirements: string[]): Promise<Venv> {
  const folder = join(checkout, "node_modules/.cache", name);
  const stamp = join(folder, createHash("sha256").update(requirements.join("\n")).digest("hex"));
  if (existsSync(stamp)) return { folder, why: null };
  const ran = (program: string, ...args: string[]) => said(program, args).catch(() => null);
  const python = await ran("python3", "-c", "import sys; print(sys.version_info >= (3, 10))");
  if (python?.out.trim() !== "True") return { why: "it wants Python 3.10 or newer as python3." };
  if ((await ran("python3", "-m", "venv", folder))?.status !== 0) return { why: "python3 -m venv does not work here." };
  const pip = ["-q", "--disable-pip-version-check", "install", ...requirements];
  if ((await ran(join(folder, "bin/pip"), ...pip))?.status !== 0) return { why: "pip cannot install it here." };
  writeFileSync(stamp, "");
  return { folder, why: null };
}
