import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, packageProgram } from "#commands/checkout.ts";
import { contentHash } from "#commands/content-hash.ts";
import { readIfThere } from "#commands/private-file.ts";
import { compileModelCheck } from "#commands/wheel/build.ts";
import { childEnvironment } from "#env.ts";

const settings = ["next.config.ts", "postcss.config.mjs", "package.json", "package-lock.json"];
const folders = [
  "app",
  "archive",
  "arrays",
  "components",
  "contest",
  "data",
  "onnx",
  "prisma/schema.prisma",
  "public",
  "store",
];

/** Writes the Prisma client to store/generated unless the one there was made from this schema. Says which it was. */
export async function generateClient(): Promise<string> {
  const stamp = join(checkout, "store/generated/.made-from");
  const hash = contentHash(checkout, ["prisma/schema.prisma", "package-lock.json"]);
  if (readIfThere(stamp) === hash) return "up to date";
  // Generating needs no schema engine, but the command line downloads one unless it is told where to find it.
  const env = {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: "1",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
  };
  await runProgram("prisma", ["generate"], env);
  writeFileSync(stamp, hash);
  return "generated";
}

/** Builds the site into .next unless that was built from these sources, and what its starter kits carry. Says which it was. */
export async function buildSite(): Promise<string> {
  await compileModelCheck();
  const stamp = join(checkout, ".next/made-from");
  const hash = contentHash(checkout, [...folders, ...settings, "env.ts", "proxy.ts"]);
  if (readIfThere(stamp) === hash) return "up to date";
  await runProgram("next", ["build"], { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" });
  mkdirSync(join(checkout, ".next"), { recursive: true });
  writeFileSync(stamp, hash);
  return "built";
}

/** Runs a package's program in the checkout, quietly: its output is in the Error thrown where it fails. */
async function runProgram(name: string, args: string[], variables: Record<string, string>): Promise<void> {
  const env = childEnvironment(variables);
  const child = spawn(packageProgram(name), args, { cwd: checkout, env, stdio: ["ignore", "pipe", "pipe"] });
  const abandon = () => child.kill();
  process.once("exit", abandon);
  const output: Buffer[] = [];
  child.stdout.on("data", (chunk) => output.push(chunk));
  child.stderr.on("data", (chunk) => output.push(chunk));
  const [code, signal] = await once(child, "exit");
  process.off("exit", abandon);
  if (code !== 0) throw new Error(`${name} ${args.join(" ")} ended with ${signal ?? code}:\n${Buffer.concat(output)}`);
}
