import { expect, test } from "vitest";
import { classify, type Ended, sanitise } from "./outcome.ts";

const limits = { cpuSeconds: 10, wallMs: 1, memoryBytes: 1, outputBytes: 1, tmpBytes: 1 };
const end = (change: Partial<Ended>) =>
  classify({ exitCode: 0, signal: null, stopped: null, stderr: "", cpuMs: 0, ...change }, limits);

test.each<[Partial<Ended>, object]>([
  [{ exitCode: 0 }, { kind: "exited", exitCode: 0, signal: null }],
  [{ exitCode: 1 }, { kind: "exited", exitCode: 1, signal: null }],
  [{ exitCode: 139 }, { kind: "crashed", exitCode: null, signal: "SIGSEGV" }],
  [
    { exitCode: 134, stderr: "Assertion failed" },
    { kind: "crashed", exitCode: null, signal: "SIGABRT" },
  ],
  [{ exitCode: 159 }, { kind: "crashed", exitCode: null, signal: "SIGSYS" }],
  [
    { exitCode: 134, stderr: "JavaScript heap out of memory" },
    { kind: "memory", exitCode: null, signal: "SIGABRT" },
  ],
  [
    { exitCode: 133, stderr: "FATAL ERROR: Reached heap limit" },
    { kind: "memory", exitCode: null, signal: "SIGTRAP" },
  ],
  [
    { exitCode: 134, stderr: "what():  std::bad_alloc" },
    { kind: "memory", exitCode: null, signal: "SIGABRT" },
  ],
  [
    { exitCode: 0, stderr: "out of memory" },
    { kind: "exited", exitCode: 0, signal: null },
  ],
  [{ exitCode: 152 }, { kind: "cpu", exitCode: null, signal: "SIGXCPU" }],
  [
    { exitCode: 137, cpuMs: 9_500 },
    { kind: "cpu", exitCode: null, signal: "SIGKILL" },
  ],
  [
    { exitCode: 137, cpuMs: 500 },
    { kind: "memory", exitCode: null, signal: "SIGKILL" },
  ],
  [
    { exitCode: null, signal: "SIGKILL", stopped: "timeout" },
    { kind: "timeout", exitCode: null, signal: "SIGKILL" },
  ],
  [
    { exitCode: null, signal: "SIGKILL", stopped: "output" },
    { kind: "output", exitCode: null, signal: "SIGKILL" },
  ],
])("%j means %j", (ended, meaning) => expect(end(ended)).toEqual(meaning));

test("untrusted text keeps no control characters", () => {
  expect(sanitise(Buffer.from("a\tb\n\u001b[0m\u0000\u007f\u00e9"))).toBe("a\tb\n?[0m????");
});
