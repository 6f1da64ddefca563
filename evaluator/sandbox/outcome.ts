/** What a run may use. */
export interface Limits {
  /** CPU seconds of all threads together, 1 or more, whole */
  cpuSeconds: number;
  /** wall clock from spawn to exit, milliseconds */
  wallMs: number;
  /** memory for data, on top of what Node itself takes, bytes */
  memoryBytes: number;
  /** most bytes on the result channel */
  outputBytes: number;
  /** size of /tmp inside, bytes */
  tmpBytes: number;
}

/** How a run ended. Facts only: whether it counts against anyone is for the judge. */
export interface SandboxOutcome {
  /**
   * `exited`: by itself, with exitCode. `crashed`: by a signal (SIGSEGV, SIGABRT, SIGSYS...) or against the protocol.
   * `timeout`, `output`, `aborted`: ended by us. `cpu`, `memory`: over those limits.
   */
  kind: "exited" | "crashed" | "timeout" | "cpu" | "memory" | "output" | "aborted";
  exitCode: number | null;
  /** name of the signal that ended the payload */
  signal: string | null;
  /** spawn to exit */
  wallMs: number;
  /** spawn to the payload's first word; absent when it never spoke */
  startMs?: number;
  /** CPU time of the payload: exact (10 ms ticks) for one that finished by the protocol, else the last sample; null if never sampled */
  cpuMs: number | null;
  /** the last 4 KiB, printable characters only */
  stderr: string;
}

/** How the outermost process ended, before it is given a meaning. */
export interface Ended {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stopped: "timeout" | "output" | "aborted" | "crashed" | null;
  stderr: string;
  cpuMs: number | null;
}

const signals: Record<number, string> = {
  ...{ 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV" },
  ...{ 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS" },
};

const outOfMemory =
  /out of memory|heap limit|bad_alloc|cannot allocate memory|failed to allocate|allocation failed|ENOMEM/i;

/**
 * The meaning of an end. bubblewrap reports a payload killed by signal n as exit code 128+n. SIGXCPU is the soft CPU
 * limit. SIGKILL that we did not send is the hard CPU limit (a second later, for a payload that ignores SIGXCPU) or the
 * kernel's out-of-memory killer, told apart by the CPU time last sampled. A failed allocation
 * ends V8 and C++ by an abort or an uncaught error that names it on stderr: a payload can forge that, about itself alone.
 */
export function classify(ended: Ended, limits: Limits): Pick<SandboxOutcome, "kind" | "exitCode" | "signal"> {
  const code = ended.exitCode;
  const signal = ended.signal ?? (code !== null && code > 128 ? (signals[code - 128] ?? `signal ${code - 128}`) : null);
  const exitCode = signal ? null : code;
  if (ended.stopped) return { kind: ended.stopped, exitCode, signal };
  if (code !== 0 && outOfMemory.test(ended.stderr)) return { kind: "memory", exitCode, signal };
  if (!signal) return { kind: "exited", exitCode, signal };
  if (signal === "SIGXCPU") return { kind: "cpu", exitCode, signal };
  if (signal === "SIGKILL") {
    const spent = (ended.cpuMs ?? 0) >= limits.cpuSeconds * 900;
    return { kind: spent ? "cpu" : "memory", exitCode, signal };
  }
  return { kind: "crashed", exitCode, signal };
}

/** Keeps printable ASCII, tabs and newlines of untrusted text: no terminal sequences reach a log or a page. */
export function sanitise(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("latin1")
    .replace(/[^\t\n\x20-\x7e]/g, "?");
}
