import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

/** The folder that holds package.json and node_modules. */
export const projectRoot = path.resolve(import.meta.dirname, "../..");

/**
 * Bundles a TypeScript entry into one CommonJS file for the sandbox and returns its path,
 * `.build/sandbox/<name>-<hash of the content>.cjs`; the same sources give the same path, and the file is written only
 * when it is not there. CommonJS starts without Node's module loader threads; it has no top-level await. Only
 * onnxruntime-node stays outside: the sandbox binds it. Throws esbuild's error for a source that does not build.
 */
export function bundle(entry: string): Promise<string> {
  let built = bundles.get(entry);
  if (!built) {
    built = bundled(entry);
    bundles.set(entry, built);
    built.catch(() => bundles.delete(entry));
  }
  return built;
}

// Once a process: an evaluator keeps the runner that it started with, and two runs never build it at the same time.
const bundles = new Map<string, Promise<string>>();

async function bundled(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [path.resolve(projectRoot, entry)],
    absWorkingDir: projectRoot,
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node24",
    external: ["onnxruntime-node"],
    legalComments: "none",
    logLevel: "silent",
  });
  const content = result.outputFiles[0]!.contents;
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
  const file = path.join(projectRoot, ".build/sandbox", `${path.basename(entry, ".ts")}-${hash}.cjs`);
  try {
    await fs.access(file);
  } catch {
    await fs.mkdir(path.dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}`;
    await fs.writeFile(temporary, content, { mode: 0o644 });
    await fs.rename(temporary, file);
  }
  return file;
}
