import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import type { Duplex } from "node:stream";
import { type Ended, type Limits, sanitise } from "./outcome.ts";

export interface Supervised {
  command: string[];
  /** read end of the filter's bytes, given to the child as fd 4 */
  filter?: number;
  limits: Limits;
  /** the payload speaks the protocol of runner/liveness.ts; a static executable does not */
  speaks: boolean;
  onOutput(chunk: Uint8Array): void;
  signal?: AbortSignal;
}

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
/** How long after a kill an `exit` may take before we stop waiting, ms. An orphan that holds the pipes never gives `close`. */
const patience = 2_000;

/** Kills a process group at once. One pid alone is not enough: bubblewrap killed by pid left orphans in 28 % of trials. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, "SIGKILL");
  } catch {
    // ESRCH: gone already
  }
}

/** CPU milliseconds of the children of `first`, the init of a sandbox; null when it is gone. */
function cpuOf(first: number | null): number | null {
  if (first === null) return null;
  try {
    const children = fs.readFileSync(`/proc/${first}/task/${first}/children`, "latin1").trim();
    let ticks = 0;
    for (const pid of children.split(" ").filter(Boolean)) {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      ticks += Number(fields[11]) + Number(fields[12]);
    }
    return ticks * 10;
  } catch {
    return null;
  }
}

/**
 * Starts a sandbox and stays with it until it has exited: hands on the result channel (fd 3), answers the liveness
 * protocol (fd 5), reads bubblewrap's status (fd 6), keeps the clock. Resolves always, and once, also when the process
 * cannot be waited for; whoever calls it looks for leftovers then. Rejects when the command cannot be started.
 */
export function supervise(run: Supervised): Promise<Supervision> {
  const started = performance.now();
  const since = () => performance.now() - started;
  const [file, ...args] = run.command;
  const child = spawn(file!, args, {
    // a group of its own, to be killed as one; and a session of its own, so no terminal to type into
    detached: true,
    env: {},
    stdio: ["ignore", "ignore", "pipe", "pipe", run.filter ?? "ignore", "pipe", "pipe"],
  });
  const pipe = (fd: number) => (child.stdio as readonly unknown[])[fd] as Duplex;
  const [errors, results, liveness, status] = [pipe(2), pipe(3), pipe(5), pipe(6)];
  const seen: Supervision = {
    ...{ exitCode: null, signal: null, stopped: null, stderr: "", cpuMs: null, wallMs: 0, first: null },
    payloadEnded: false,
  };
  const { promise, resolve, reject } = Promise.withResolvers<Supervision>();
  let tail: Buffer = Buffer.alloc(0);
  let statusText = "";
  let received = 0;
  let ended = false;
  let bug: unknown = null;

  const sample = () => {
    seen.cpuMs = cpuOf(seen.first) ?? seen.cpuMs;
  };
  const say = (byte: string) => {
    if (!liveness.destroyed) liveness.write(byte);
  };
  const stop = (why: NonNullable<Ended["stopped"]>) => {
    if (seen.stopped || ended) return;
    seen.stopped = why;
    sample();
    killGroup(child);
    liveness.destroy();
    setTimeout(end, patience).unref();
  };
  const end = () => {
    if (ended) return;
    ended = true;
    clearTimeout(clock);
    clearInterval(sampling);
    run.signal?.removeEventListener("abort", abort);
    killGroup(child);
    for (const stream of [errors, results, liveness, status]) stream.destroy();
    seen.wallMs = since();
    seen.stderr = sanitise(tail);
    const line = /"child-pid"\s*:\s*(\d+)/.exec(statusText);
    if (line) seen.first = Number(line[1]);
    seen.payloadEnded = statusText.includes('"exit-code"');
    if (bug) reject(bug);
    else resolve(seen);
  };
  const abort = () => stop("aborted");
  const clock = setTimeout(() => stop("timeout"), run.limits.wallMs);
  const sampling = setInterval(sample, sampleEvery);
  for (const stream of [errors, results, liveness, status]) stream.on("error", () => {});

  errors.on("data", (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-4096);
  });
  status.on("data", (chunk: Buffer) => {
    if (statusText.length < 4096) statusText += chunk.toString("latin1");
    const line = /"child-pid"\s*:\s*(\d+)/.exec(statusText);
    if (line) seen.first = Number(line[1]);
  });
  results.on("data", (whole: Buffer) => {
    if (seen.stopped) return;
    let chunk = whole;
    if (run.speaks && seen.startMs === undefined) {
      if (chunk[0] !== 0x52) return stop("crashed");
      seen.startMs = since();
      say("g");
      chunk = chunk.subarray(1);
    }
    const room = run.limits.outputBytes - received;
    received += chunk.length;
    try {
      if (chunk.length > 0 && room > 0) run.onOutput(chunk.subarray(0, room));
    } catch (error) {
      bug = error;
      stop("aborted");
    }
    if (received > run.limits.outputBytes) stop("output");
  });
  results.on("end", () => {
    sample();
    say("b");
  });
  child.on("error", (error) => {
    bug ??= error;
    end();
  });
  child.on("exit", (code, signal) => {
    seen.exitCode = code;
    seen.signal = signal;
    // what is still in the pipes (a few milliseconds at most); an orphan may keep them open, so not for ever
    killGroup(child);
    const open = [errors, results, status].filter((stream) => !stream.closed);
    const drained = Promise.all(open.map((stream) => new Promise((done) => stream.once("close", done))));
    void Promise.race([drained, new Promise((done) => setTimeout(done, 250))]).then(end);
  });
  if (run.signal?.aborted) abort();
  else run.signal?.addEventListener("abort", abort, { once: true });
  return promise;
}
