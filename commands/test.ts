import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { generateClient } from "#commands/build.ts";
import { checkout, packageProgram } from "#commands/checkout.ts";
import { requireChromium } from "#commands/chromium.ts";
import { installDebianPackage } from "#commands/debian.ts";
import { run, step } from "#commands/progress.ts";

/** `npm test`: lint, types, unit and integration tests, browser journeys; all of them, whatever failed before. */

type Count = { passed: number; failed: number };

const results = join(checkout, "test-results");

async function main(): Promise<void> {
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  await step("Prisma client", generateClient);
  prepare();
  const counts = [
    await check("Lint", packageProgram("biome"), ["check", "--error-on-warnings"]),
    await check("Types", packageProgram("tsc"), ["--noEmit"]),
    await vitest(),
    await playwright(),
  ];
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

/** A browser, and a Vulkan driver with its loader: what the tests of accelerated runs take for an accelerator. */
function prepare(): void {
  try {
    requireChromium();
  } catch {
    // The journeys say so, when it is their turn.
  }
  if (!existsSync("/usr/lib/x86_64-linux-gnu/libvulkan.so.1")) installDebianPackage("libvulkan1");
}

async function check(title: string, command: string, args: string[]): Promise<Count> {
  return (await execute(title, command, args)) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function vitest(): Promise<Count> {
  const file = join(results, "vitest.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const ok = await execute("Unit and integration tests", packageProgram("vitest"), ["run", ...reporters]);
  const report = z.object({ numPassedTests: z.number(), numFailedTests: z.number() }).safeParse(readJson(file));
  if (!report.success) return { passed: 0, failed: 1 };
  return counted(ok, { passed: report.data.numPassedTests, failed: report.data.numFailedTests });
}

async function playwright(): Promise<Count> {
  const ok = await execute("Browser journeys", process.execPath, [join(checkout, "commands/e2e.ts")]);
  const stats = z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() });
  const report = z.object({ stats }).safeParse(readJson(join(results, "playwright.json")));
  if (!report.success) return { passed: 0, failed: 1 };
  const { expected, unexpected, flaky } = report.data.stats;
  return counted(ok, { passed: expected, failed: unexpected + flaky });
}

/** A tool that failed for a reason that is no test's counts as one failure. */
function counted(ok: boolean, count: Count): Count {
  return ok ? count : { passed: count.passed, failed: Math.max(1, count.failed) };
}

async function execute(title: string, command: string, args: string[]): Promise<boolean> {
  console.log(`\n== ${title}`);
  const [code] = await once(spawn(command, args, { cwd: checkout, stdio: "inherit" }), "exit");
  return code === 0;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

await run(main);
