import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BUDGETS, type RunContext } from "#evaluator/context.ts";
import { refuseStarved } from "#evaluator/house.ts";
import { PlatformFault, runJob } from "#evaluator/run-job.ts";
import { bundle } from "#evaluator/sandbox/bundle.ts";
import { openSandbox, type Sandbox } from "#evaluator/sandbox/sandbox.ts";
import { slotPool } from "#evaluator/slots.ts";

const folder = mkdtempSync(join(tmpdir(), "gauntlet-starved-"));
let sandbox: Sandbox;
let script: string;
beforeAll(async () => {
  script = await bundle("evaluator/sandbox/probes/behaviours.ts");
  sandbox = await openSandbox({ slots: 1, stateFolder: folder });
});
afterAll(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

const CPU_MS = 60_000;

/** Runs a payload of the sandbox's tests in the runner's place, until it has been silent for so long. */
function silent(behaviour: string, stallMs: number) {
  const context: RunContext = {
    ...{ budgets: BUDGETS, slots: slotPool(1), log: pino({ level: "silent" }), folder, provider: "cpu" },
    sandbox: { ...sandbox, run: (run) => sandbox.run({ ...run, script, args: [behaviour] }) },
  };
  return runJob(context, {
    ...{ job: { kind: "provider", provider: "cpu" }, files: {}, cpuMs: CPU_MS, wallMs: 3 * CPU_MS, stallMs },
    ...{ outputBytes: 1000, onReport: () => {} },
  });
}

test("a process that was silent without having the machine is a fault of ours, which the queue retries", async () => {
  const ran = await silent("sleep for ever", 1500);
  expect(ran).toMatchObject({ outcome: { kind: "timeout" }, finished: false, starved: true });
  expect(() => refuseStarved(ran, CPU_MS)).toThrow(PlatformFault);
});

test("one that used the machine all the while is silent by its own fault", { timeout: 60_000 }, async () => {
  const ran = await silent("spin on every core", 3000);
  expect(ran).toMatchObject({ outcome: { kind: "timeout" }, finished: false, starved: false });
  expect(() => refuseStarved(ran, CPU_MS)).not.toThrow();
});

test("the wall clock is ours as well", () => {
  const wallMs = 3 * CPU_MS;
  const outcome = { kind: "timeout", exitCode: null, signal: null, wallMs, cpuMs: 5, stderr: "" } as const;
  expect(() => refuseStarved({ outcome, starved: false }, CPU_MS)).toThrow(PlatformFault);
  expect(() =>
    refuseStarved({ outcome: { ...outcome, kind: "memory", wallMs: 5 }, starved: false }, CPU_MS),
  ).not.toThrow();
});
