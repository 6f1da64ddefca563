import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Absolute paths of the shared libraries and the dynamic linker that the given ELF files need, as the linker would
 * find them (`ldd`, part of every C library), sorted, without those inside `except` (folders that are bound anyway).
 * Throws when one is missing, naming it.
 */
export async function librariesOf(files: string[], except: string[] = []): Promise<string[]> {
  const found = new Set<string>();
  for (const file of files) {
    const { stdout } = await run("ldd", [file], { env: { ...process.env, LC_ALL: "C" } });
    for (const line of stdout.split("\n")) {
      const missing = /^\s*(\S+) => not found/.exec(line);
      if (missing) throw new Error(`${file} needs ${missing[1]}, which is not installed`);
      const path = /(?:=>\s+)?(\/\S+)\s+\(0x/.exec(line)?.[1];
      if (path && !except.some((folder) => path.startsWith(`${folder}/`))) found.add(path);
    }
  }
  return [...found].sort();
}
