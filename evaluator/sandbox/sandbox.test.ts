import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "./bundle.ts";
import { elfThatCrashes } from "./elf.ts";
import type { Limits } from "./outcome.ts";
import { openSandbox, type Sandbox, type SandboxRun } from "./sandbox.ts";
import { SandboxClosed, SandboxUnavailable } from "./unavailable.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gauntlet-sandbox-test-"));
const limits: Limits = { cpuSeconds: 5, wallMs: 25_000, memoryBytes: 2 ** 28, outputBytes: 10_000, tmpBytes: 2 ** 20 };
let sandbox: Sandbox;
let script: string;

beforeAll(async () => {
  script = await bundle("evaluator/sandbox/probes/behaviours.ts");
  sandbox = await openSandbox({ slots: 3, stateFolder: folder });
});
afterAll(async () => {
  await sandbox?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function behave(name: string, change: Partial<Limits> = {}, run: Partial<SandboxRun> = {}) {
  let output = "";
  const outcome = await sandbox.run({
    ...{ slot: 0, files: [], args: [name], script, ...run },
    limits: { ...limits, ...change },
    onOutput: (chunk) => {
      output += Buffer.from(chunk).toString("latin1");
    },
  });
  expect(await sandbox.reap(), `leftovers of "${name}"`).toBe(0);
  return { ...outcome, output };
}

test("a payload that keeps the protocol exits with its own code, its start and its cost known", async () => {
  expect(await behave("finish")).toMatchObject({ kind: "exited", exitCode: 0, signal: null, output: "" });
  const outcome = await behave("finish with 7");
  expect(outcome).toMatchObject({ kind: "exited", exitCode: 7 });
  expect(outcome.startMs).toBeGreaterThan(0);
  expect(outcome.wallMs).toBeGreaterThan(outcome.startMs!);
  // To a tick of 10 ms for the user's part and one for the kernel's.
  const { cpuMs } = await behave("work for 200 ms");
  expect(cpuMs).toBeGreaterThanOrEqual(180);
  expect(cpuMs).toBeLessThan(400);
  expect(await behave("leave without a word")).toMatchObject({ kind: "exited", exitCode: 3 });
});

test("an input is seen under its name, by its own run alone, and is not left behind", async () => {
  const source = path.join(folder, "private.bin");
  fs.writeFileSync(source, "the input", { mode: 0o600 });
  const files = [{ name: "model.onnx", source }];
  const seen = await behave("report the input", {}, { files, args: ["report the input", "model.onnx"] });
  expect(seen).toMatchObject({ kind: "exited", output: "the input" });
  const next = await behave("report the input", {}, { args: ["report the input", "model.onnx"] });
  expect(next.exitCode).not.toBe(0);
  expect(next.stderr).toContain("ENOENT");
  expect(fs.statSync(source).mode & 0o777).toBe(0o600);
});

test("an input that is a link or a folder, or has a name with a path, is refused as a fault of ours", async () => {
  const link = path.join(folder, "link");
  fs.symlinkSync("/etc/passwd", link);
  await expect(behave("finish", {}, { files: [{ name: "a", source: link }] })).rejects.toThrow("not a regular file");
  await expect(behave("finish", {}, { files: [{ name: "a", source: folder }] })).rejects.toThrow("not a regular file");
  await expect(behave("finish", {}, { files: [{ name: "../a", source: script }] })).rejects.toThrow("not a file name");
});

test.each([
  ["spin", { wallMs: 400 }, { kind: "timeout" }],
  ["sleep for ever", { wallMs: 400 }, { kind: "timeout" }],
  ["never finish", { wallMs: 400 }, { kind: "timeout", output: "all" }],
  ["ignore the protocol", { wallMs: 400 }, { kind: "timeout", startMs: undefined }],
  ["speak out of turn", {}, { kind: "crashed", output: "" }],
  ["spin", { cpuSeconds: 1 }, { kind: "cpu", signal: "SIGXCPU" }],
  ["spin and ignore SIGXCPU", { cpuSeconds: 1 }, { kind: "cpu", signal: "SIGKILL" }],
  ["flood", {}, { kind: "output" }],
  ["flood stderr", {}, { kind: "exited" }],
  ["abort", {}, { kind: "crashed", signal: "SIGABRT" }],
  ["throw", {}, { kind: "exited", exitCode: 1 }],
  ["fill the heap", { cpuSeconds: 20 }, { kind: "memory" }],
  ["fill the memory", { cpuSeconds: 20 }, { kind: "memory", exitCode: 1 }],
  ["fill /tmp", {}, { kind: "exited", output: String(2 ** 20) }],
])("%s %j ends as %j and leaves no process", async (name, change, expected) => {
  expect(await behave(name, change)).toMatchObject(expected);
});

test("a bomb of threads stays within its own sandbox", async () => {
  const [bomb, other] = await Promise.all([
    sandbox.run({
      slot: 1,
      files: [],
      args: ["start threads"],
      script,
      limits: { ...limits, wallMs: 2_000 },
      onOutput: () => {},
    }),
    sandbox.run({ slot: 2, files: [], args: ["finish"], script, limits, onOutput: () => {} }),
  ]);
  expect(["timeout", "crashed", "exited", "memory"]).toContain(bomb.kind);
  expect(other).toMatchObject({ kind: "exited", exitCode: 0 });
});

test("closed under a run: it says nothing, and what waited for its slot never begins", async () => {
  const state = path.join(folder, "closed");
  const other = await openSandbox({ slots: 1, stateFolder: state });
  const started = Promise.withResolvers<void>();
  const run = { slot: 0, files: [], args: ["spin"], script, limits, onOutput: () => {} };
  const first = other.run({ ...run, onConversation: () => started.resolve() });
  const waiting = first.catch(() => other.run(run));
  const refused = [first, waiting].map((run) => expect(run).rejects.toThrow(SandboxClosed));
  await started.promise;
  await other.close();
  await Promise.all(refused);
  const again = await openSandbox({ slots: 1, stateFolder: state });
  expect(await again.run({ ...run, args: ["finish"] })).toMatchObject({ kind: "exited" });
  await again.close();
});

test("output is cut at the limit to the byte", async () => {
  expect((await behave("flood")).output.length).toBe(limits.outputBytes);
});

test("what a payload says on stderr reaches nobody's terminal", async () => {
  const { stderr } = await behave("throw");
  expect(stderr).toContain("?[31mred?");
  expect(stderr).toMatch(/^[\t\n\x20-\x7e]*$/);
  expect(stderr.length).toBeLessThanOrEqual(4096);
});

test("a native crash is an outcome, with its signal", async () => {
  const binary = path.join(folder, "crash");
  fs.writeFileSync(binary, elfThatCrashes(), { mode: 0o755 });
  expect(await behave("", {}, { binary, script: undefined })).toMatchObject({ kind: "crashed", signal: "SIGSEGV" });
});

test("an abort ends the run, before and after its start", async () => {
  expect(await behave("spin", {}, { signal: AbortSignal.abort() })).toMatchObject({ kind: "aborted" });
  expect(await behave("spin", {}, { signal: AbortSignal.timeout(150) })).toMatchObject({ kind: "aborted" });
});

test("what onOutput throws is thrown again, and ends the run", async () => {
  const run = sandbox.run({
    ...{ slot: 0, files: [], args: ["flood"], script, limits },
    onOutput: () => {
      throw new Error("a bug of ours");
    },
  });
  await expect(run).rejects.toThrow("a bug of ours");
  expect(await sandbox.reap()).toBe(0);
});

test("a slot runs one payload at a time", async () => {
  const first = behave("finish");
  await expect(behave("finish")).rejects.toThrow("slot 0 is busy");
  await first;
  await expect(behave("finish", {}, { slot: 9 })).rejects.toThrow("slot 9 does not exist");
});

test("the slots of a state folder belong to one evaluator at a time", async () => {
  await expect(openSandbox({ slots: 1, stateFolder: folder })).rejects.toThrow(SandboxUnavailable);
});
