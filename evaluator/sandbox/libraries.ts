import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The folder of the package onnxruntime-node in a project. */
export function onnxRuntimeFolder(projectRoot: string): string {
  const find = createRequire(path.join(projectRoot, "package.json"));
  return path.resolve(path.dirname(find.resolve("onnxruntime-node")), "..");
}

/** Where the package keeps its libraries, and its installer puts what it downloads: CUDA's provider, and TensorRT's. */
export const nativeFolder = (onnxRuntime: string) => path.join(onnxRuntime, "bin/napi-v6/linux/x64");

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
      const library = /(?:=>\s+)?(\/\S+)\s+\(0x/.exec(line)?.[1];
      if (library && !except.some((folder) => library.startsWith(`${folder}/`))) found.add(library);
    }
  }
  return [...found].sort();
}
