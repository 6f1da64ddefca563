import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import type { Conversation } from "./conversation.ts";
import { cpuMsOf } from "./cpu-time.ts";
import { withoutInherited } from "./inherited.ts";
import { type Ended, type Limits, sanitise } from "./outcome.ts";

export interface Supervised {
  command: string[];
  /** an open file with the filter's bytes, given to the child as fd 4 */
  filter?: number;
  limits: Limits;
  /** the payload keeps the protocol of runner/liveness.ts; a static executable does not */
  speaks: boolean;
  /** results on stdout and liveness on stdin, for a container's client, which passes nothing else on */
  standardStreams?: boolean;
  onOutput(chunk: Uint8Array, cpuMs: number | null): void;
  onConversation?(conversation: Conversation): void;
  signal?: AbortSignal;
}

/** What was seen of a run. */
export interface Supervision extends Ended {
  wallMs: number;
  startMs?: number;
  /** host pid of the first process inside, when bubblewrap came that far */
  first: number | null;
  /** bubblewrap saw the payload itself end (false: the set-up failed, or it was killed) */
  payloadEnded: boolean;
}

/** How often the CPU time of a payload is looked up, ms. */
const sampleEvery = 200;
/** How much of stderr is read before it is closed: a payload that floods it would keep the evaluator busy. */
const mostComplaints = 2 ** 20;
/** How long after a kill an `exit` may take before we stop waiting, ms. */
const patience = 2_000;
/** How long the pipes may stay open after the exit, ms: an orphan that holds them would keep `close` from coming for ever. */
const drainFor = 250;

/** Kills a process group at once. One pid alone is not enough: bubblewrap killed by pid left orphans in 28 % of trials. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, "SIGKILL");
  } catch {
    // ESRCH: gone already
  }
}

/** Starts the command with the result channel on fd 3, the filter on 4, the liveness pipe on 5 and bubblewrap's status on 6. */
function start({ command, filter, standardStreams = false }: Supervised) {
  const [file, ...args] = command;
  const standard = standardStreams ? "pipe" : "ignore";
  const child = spawn(file!, args, {
    // a group of its own, to be killed as one; and a session of its own, so no terminal to type into
    detached: true,
    env: (standardStreams ? { PATH: process.env.PATH } : {}) as NodeJS.ProcessEnv,
    stdio: withoutInherited([standard, standard, "pipe", "pipe", filter ?? "ignore", "pipe", "pipe"]),
  });
  const pipe = (fd: number) => {
    const stream = (child.stdio as readonly unknown[])[fd] as Duplex;
    // EPIPE and the like only say that the other side is gone, which `exit` says better
    return stream.on("error", () => {});
  };
  const [results, liveness] = standardStreams ? [pipe(1), pipe(0)] : [pipe(3), pipe(5)];
  return { child, errors: pipe(2), results, liveness, status: pipe(6) };
}

/** Follows bubblewrap's status lines: who is the first process, and whether the payload's end was seen. */
function followStatus(status: Duplex, seen: Supervision): void {
  let text = "";
  status.on("data", (chunk: Buffer) => {
    text = (text + chunk.toString("latin1")).slice(0, 4096);
    const first = /"child-pid"\s*:\s*(\d+)/.exec(text);
    if (first) seen.first = Number(first[1]);
    seen.payloadEnded = text.includes('"exit-code"');
  });
}

/**
 * Starts a sandbox and stays with it until it has exited: hands on the result channel, answers the liveness protocol,
 * keeps the clock. Resolves once and always, also when the process cannot be waited for: whoever calls this looks for
 * leftovers. Rejects when the command cannot be started, or with what `onOutput` threw.
 */
export function supervise(run: Supervised): Promise<Supervision> {
  const started = performance.now();
  const { child, errors, results, liveness, status } = start(run);
  const { promise, resolve, reject } = Promise.withResolvers<Supervision>();
  const seen: Supervision = {
    ...{ exitCode: null, signal: null, stopped: null, stderr: "", cpuMs: null, wallMs: 0, first: null },
    payloadEnded: false,
  };
  let tail: Buffer = Buffer.alloc(0);
  let received = 0;
  let complaints = 0;
  let fault: unknown = null;
  let overdue: NodeJS.Timeout | undefined;

  const sample = () => {
    seen.cpuMs = cpuMsOf(seen.first) ?? seen.cpuMs;
  };
  const end = () => {
    clearTimeout(clock);
    clearTimeout(overdue);
    clearInterval(sampling);
    run.signal?.removeEventListener("abort", abort);
    killGroup(child);
    for (const stream of [errors, results, liveness, status]) stream.destroy();
    seen.wallMs = performance.now() - started;
    seen.stderr = sanitise(tail);
    if (fault) reject(fault);
    else resolve(seen);
  };
  const stop = (why: NonNullable<Ended["stopped"]>) => {
    if (seen.stopped || seen.exitCode !== null) return;
    seen.stopped = why;
    sample();
    killGroup(child);
    liveness.destroy();
    overdue = setTimeout(end, patience);
  };
  const abort = () => stop("aborted");
  const clock = setTimeout(() => stop("timeout"), run.limits.wallMs);
  const sampling = setInterval(sample, sampleEvery);

  const accept = (chunk: Uint8Array) => {
    const room = run.limits.outputBytes - received;
    received += chunk.length;
    try {
      if (chunk.length > 0 && room > 0) run.onOutput(chunk.subarray(0, room), seen.cpuMs);
    } catch (error) {
      fault = error;
      stop("aborted");
    }
    if (received > run.limits.outputBytes) stop("output");
  };
  const greet = (chunk: Buffer) => {
    if (chunk[0] !== 0x52) return stop("crashed");
    seen.startMs = performance.now() - started;
    // a container's streams do not end one by one: it gets its goodbye with its start, or by the end of its conversation
    liveness.write(run.standardStreams && !run.onConversation ? "gb" : "g");
    accept(chunk.subarray(1));
    run.onConversation?.({
      write: (bytes) => void (liveness.writable && liveness.write(bytes)),
      end: () => void (liveness.writable && liveness.end()),
    });
  };
  results.on("data", (chunk: Buffer) => {
    if (seen.stopped) return;
    if (run.speaks && seen.startMs === undefined) greet(chunk);
    else accept(chunk);
  });
  results.on("end", () => {
    // the payload has said all: it waits while we read what it has cost
    sample();
    if (liveness.writable) liveness.write("b");
  });
  errors.on("data", (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-4096);
    complaints += chunk.length;
    if (complaints > mostComplaints) errors.destroy();
  });
  followStatus(status, seen);

  child.on("error", (error) => {
    fault ??= error;
    end();
  });
  child.on("exit", (code, signal) => {
    seen.exitCode = code;
    seen.signal = signal;
    killGroup(child);
    const open = [errors, results, status].filter((stream) => !stream.closed);
    const drained = Promise.all(open.map((stream) => new Promise((done) => stream.once("close", done))));
    void Promise.race([drained, new Promise((done) => setTimeout(done, drainFor))]).then(end);
  });
  if (run.signal?.aborted) abort();
  else run.signal?.addEventListener("abort", abort, { once: true });
  return promise;
}
