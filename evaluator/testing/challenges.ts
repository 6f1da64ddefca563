import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { projectRoot } from "#evaluator/sandbox/bundle.ts";

/** A bundled challenge's folder. */
export function bundled(slug: string): string {
  return join(projectRoot, "challenges", slug);
}

/**
 * A copy of a bundled challenge in `folder`, its data linked, with some of challenge.yaml changed: without its baselines
 * unless told otherwise.
 */
export function variant(slug: string, folder: string, changes: Record<string, unknown> = {}): string {
  const [from, to] = [bundled(slug), join(folder, slug)];
  mkdirSync(to, { recursive: true });
  symlinkSync(join(from, "data"), join(to, "data"));
  const file = { ...parse(readFileSync(join(from, "challenge.yaml"), "utf8")), baselines: undefined, ...changes };
  writeFileSync(join(to, "challenge.yaml"), stringify(JSON.parse(JSON.stringify(file))));
  return to;
}
