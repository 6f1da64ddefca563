import { execFileSync } from "node:child_process";
import { globSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { checkout } from "#commands/checkout.ts";

export const clientFolder = join(checkout, "clients/python");

/** Compiles the site's own model check for the Python client, which runs it with Node. */
export async function compileModelCheck(): Promise<void> {
  await build({
    entryPoints: [join(checkout, "commands/wheel/model-check.ts")],
    absWorkingDir: checkout,
    outfile: join(clientFolder, "gauntlet_arena/model-check.mjs"),
    ...{ bundle: true, minify: true, platform: "node", format: "esm", target: "node20", logLevel: "silent" },
  });
}

/**
 * Builds the Python client as a wheel in `into`, with the model check compiled into it; gives the wheel's path. `python`
 * is an interpreter (3.10 or later) with pip, which fetches the build's backend. Throws what either of them says.
 */
export async function buildWheel(python: string, into: string): Promise<string> {
  await compileModelCheck();
  const wheels = () => globSync(join(into, "gauntlet_arena-*.whl"));
  for (const old of wheels()) rmSync(old);
  const pip = ["-m", "pip", "--disable-pip-version-check", "wheel", "-q", "--no-deps", "-w", into, clientFolder];
  execFileSync(python, pip, { stdio: ["ignore", "ignore", "pipe"] });
  return wheels()[0]!;
}
