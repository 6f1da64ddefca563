import "server-only";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The Python client as its source, by path: what `pip install` takes. Its model check is compiled when the site is built. */
export function clientPackage(): Record<string, Uint8Array> {
  const folder = join(process.cwd(), "clients/python");
  const sources = readdirSync(join(folder, "gauntlet_arena")).filter((name) => /\.(py|mjs|typed)$/.test(name));
  const paths = ["README.md", "pyproject.toml", ...sources.sort().map((name) => `gauntlet_arena/${name}`)];
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path))]));
}
