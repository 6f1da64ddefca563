import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Job } from "#contest/job.ts";
import { frameReader, type Report } from "#contest/report.ts";
import type { RunContext } from "#evaluator/context.ts";
import type { SandboxOutcome } from "#evaluator/sandbox/outcome.ts";
import { artifactFile } from "#store/artifacts.ts";

/** Our own failure, never a verdict: the queue retries it, and no attempt is charged. */
export class PlatformFault extends Error {
  override name = "PlatformFault";
}

/** A silence is a run's own where it had at least so much of one core all the while. */
const LEAST_SHARE = 0.5;

export interface JobRun {
  outcome: SandboxOutcome;
  /** The report came to its end: every message is there. */
  finished: boolean;
  /** Wall time without starting the process. */
  seconds: number;
  /** Ended for a silence in which it had too little of the machine for the silence to be its own. */
  starved: boolean;
  /** The first fault that the runner told of, in its words: for the log, and for people who run it themselves. */
  fault: string | null;
}

type Content = { artifact: string } | { bytes: Uint8Array | Iterable<Uint8Array> };

export interface JobRequest {
  job: Job;
  /** Files beside job.json: artifacts by their SHA-256, or bytes made for this job, whole or in pieces. */
  files: Record<string, Content>;
  wallMs: number;
  /** CPU time of all threads, where it is not the wall clock's. */
  cpuMs?: number;
  /** Gives way to everything else on the machine. */
  background?: boolean;
  /** In the sandbox tier that shows the accelerator. */
  accelerated?: boolean;
  /** Where they are not the budgets' own. */
  memoryBytes?: number;
  stallMs?: number;
  /** Bytes that the report may have in all. */
  outputBytes: number;
  /** Called with each message, in order. An exception ends the run and becomes the result of `runJob`. */
  onReport(report: Report, bytes: Uint8Array): void;
  signal?: AbortSignal;
}

/**
 * Runs one job in a sandbox. What the runner does, a crash included, is a result; PlatformFault is thrown only where
 * the evaluator is being stopped, the sandbox's own faults where it could not be started or was closed under the run, and
 * DamagedArtifact, MissingArtifact or StoreFault where an artifact cannot be had: nothing is run on other bytes.
 */
export async function runJob(context: RunContext, request: JobRequest): Promise<JobRun> {
  const folder = await mkdtemp(join(context.folder, "job-"));
  try {
    // In the slot: an artifact stays in the cache for minutes, and the wait for a slot may take hours.
    return await context.slots.with(async (slot) => runIn(context, slot, await prepare(folder, request), request));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepare(folder: string, { job, files }: JobRequest): Promise<{ name: string; source: string }[]> {
  const all: Record<string, Content> = { ...files, "job.json": { bytes: Buffer.from(JSON.stringify(job)) } };
  return Promise.all(
    Object.entries(all).map(async ([name, content]) => {
      if ("artifact" in content) return { name, source: await artifactFile(content.artifact) };
      const source = join(folder, name);
      await writeFile(source, content.bytes, { mode: 0o600 });
      return { name, source };
    }),
  );
}

async function runIn(
  context: RunContext,
  slot: number,
  files: { name: string; source: string }[],
  request: JobRequest,
): Promise<JobRun> {
  const stop = new AbortController();
  const reader = frameReader(request.outputBytes);
  let finished = false;
  let fault: string | null = null;
  let failure: unknown;
  let readyAt = Date.now();
  let stall: NodeJS.Timeout | undefined;
  let stalled = false;
  let cpuAtWord = 0;
  const stallMs = request.stallMs ?? context.budgets.stallMs;
  const alive = () => {
    clearTimeout(stall);
    stall = setTimeout(() => {
      stalled = true;
      stop.abort();
    }, stallMs);
  };
  const onOutput = (chunk: Uint8Array, cpuMs: number | null) => {
    alive();
    cpuAtWord = cpuMs ?? cpuAtWord;
    try {
      for (const { report, bytes } of reader.push(chunk)) {
        if (report.type === "ready") readyAt = Date.now();
        if (report.type === "done") finished = true;
        else request.onReport(report, bytes);
        if (report.type === "fault") fault ??= `${report.code}: ${report.message}`;
      }
    } catch (error) {
      failure ??= error;
      stop.abort();
    }
  };
  alive();
  const outcome = await context.sandbox
    .run({
      slot,
      files,
      limits: {
        cpuSeconds: Math.ceil((request.cpuMs ?? request.wallMs) / 1000) + 5,
        wallMs: request.wallMs,
        memoryBytes: request.memoryBytes ?? context.budgets.memoryBytes,
        outputBytes: request.outputBytes,
        tmpBytes: 2 ** 24,
      },
      onOutput,
      background: request.background ?? false,
      accelerated: request.accelerated ?? false,
      signal: request.signal ? AbortSignal.any([stop.signal, request.signal]) : stop.signal,
    })
    .finally(() => clearTimeout(stall));
  if (request.signal?.aborted) throw new PlatformFault("the evaluator is stopping");
  if (failure) context.log.warn({ failure: String(failure), slot }, "a runner's report could not be read");
  if (!finished) context.log.info({ job: request.job.kind, slot, stalled, fault, ...outcome }, "a run did not finish");
  const kind = stalled ? "timeout" : failure ? "crashed" : outcome.kind;
  const seconds = (Date.now() - readyAt) / 1000;
  // An accelerator works without the CPU.
  const sampled = !request.accelerated && outcome.cpuMs !== null;
  const starved = stalled && sampled && outcome.cpuMs! - cpuAtWord < stallMs * LEAST_SHARE;
  return { outcome: { ...outcome, kind }, finished: finished && !failure, seconds, starved, fault };
}
