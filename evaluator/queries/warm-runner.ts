import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AnswerJob } from "#contest/job.ts";
import { frameReader } from "#contest/report.ts";
import type { RunContext } from "#evaluator/context.ts";
import type { Conversation } from "#evaluator/sandbox/conversation.ts";
import type { SandboxOutcome } from "#evaluator/sandbox/outcome.ts";
import { artifactFile } from "#store/artifacts.ts";

/** Rows as a runner takes them, [count, ...shape] as float32 or in steps of the grid, and 16 bytes a row of noise where the model draws. */
export interface Question {
  rows: Uint8Array;
  count: number;
  keys: Uint8Array;
}

/** A model that is kept loaded in its sandbox, and asked one question at a time. */
export interface WarmRunner {
  /** Logits [count, draws, classes]. Rejects with RunnerEnded when the process dies of it, says nonsense or is too slow. */
  ask(question: Question, withinMs: number): Promise<Float32Array>;
  /** Ends the process; resolves when its slot is free. */
  close(): Promise<void>;
}

/** How a runner ended that was still to answer: as a sandbox's outcome tells it. */
export class RunnerEnded extends Error {
  override name = "RunnerEnded";
  readonly kind: SandboxOutcome["kind"];
  constructor(kind: SandboxOutcome["kind"]) {
    super(`the model's process ended: ${kind}`);
    this.kind = kind;
  }
}

/** A model that has not been loaded by then is not going to be, ms. */
const LOAD_MS = 60_000;
/** After its life a runner is opened anew, ms; the sandbox ends one that is still there long after. */
export const LIFE_MS = 10 * 60_000;
/** Of the whole life of a runner; each message is bounded by what was asked. */
const OUTPUT_BYTES = 2 ** 40;

/**
 * Opens a defense's model in a sandbox of its own, in `slot`. Resolves once the model is loaded; rejects with RunnerEnded
 * where it cannot be, and with the sandbox's own fault where it could not be started.
 */
export async function openWarmRunner(
  context: RunContext,
  slot: number,
  modelSha: string,
  job: AnswerJob,
  largest: number,
): Promise<WarmRunner> {
  const folder = await mkdtemp(join(context.folder, "query-"));
  const stop = new AbortController();
  const reader = frameReader(largest * job.draws * job.classes * 4);
  let conversation: Conversation | null = null;
  let waiting: PromiseWithResolvers<Uint8Array> | null = null;
  let slow = false;
  let nonsense = false;
  const hear = (chunk: Uint8Array) => {
    try {
      for (const { report, bytes } of reader.push(chunk))
        if (report.type === "ready" || report.type === "logits") waiting?.resolve(bytes);
        else if (report.type === "fault") context.log.debug({ model: modelSha, ...report }, "a query's fault");
    } catch {
      nonsense = true;
      stop.abort();
    }
  };
  /** The next answer, or the end of the process where there comes none in time. */
  const next = async (withinMs: number): Promise<Uint8Array> => {
    waiting = Promise.withResolvers<Uint8Array>();
    const clock = setTimeout(() => {
      slow = true;
      stop.abort();
    }, withinMs);
    try {
      return await Promise.race([waiting.promise, ended]);
    } finally {
      clearTimeout(clock);
      waiting = null;
    }
  };
  await writeFile(join(folder, "job.json"), JSON.stringify(job), { mode: 0o600 });
  const running = context.sandbox
    .run({
      slot,
      files: [
        { name: "job.json", source: join(folder, "job.json") },
        { name: "model.onnx", source: await artifactFile(modelSha) },
      ],
      limits: {
        cpuSeconds: (2 * LIFE_MS) / 1000,
        wallMs: 2 * LIFE_MS,
        memoryBytes: context.budgets.memoryBytes,
        outputBytes: OUTPUT_BYTES,
        tmpBytes: 2 ** 24,
      },
      onOutput: hear,
      onConversation: (opened) => {
        conversation = opened;
      },
      signal: stop.signal,
    })
    .finally(() => rm(folder, { recursive: true, force: true }));
  const ended = running.then((outcome): never => {
    throw new RunnerEnded(slow ? "timeout" : nonsense ? "crashed" : outcome.kind);
  });
  // Between two questions nobody listens for the end: the next one hears of it.
  ended.catch(() => {});
  await next(LOAD_MS);
  return {
    async ask({ rows, count, keys }, withinMs) {
      const head = Buffer.alloc(4);
      head.writeUInt32LE(count);
      const answer = next(withinMs);
      conversation!.write(head);
      if (keys.length > 0) conversation!.write(keys);
      conversation!.write(rows);
      const bytes = await answer;
      if (bytes.length === count * job.draws * job.classes * 4) return new Float32Array(bytes.slice().buffer);
      stop.abort();
      throw new RunnerEnded("crashed");
    },
    async close() {
      conversation?.end();
      const force = setTimeout(() => stop.abort(), 1_000);
      await running.catch(() => {});
      clearTimeout(force);
    },
  };
}
