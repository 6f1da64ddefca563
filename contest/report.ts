import * as z from "zod";
import { Checked } from "#contest/flags.ts";
import { StageReport, Survey } from "#contest/gauntlet.ts";
import { Problem } from "#contest/problem.ts";

/** What a model is, as the runner read it. Shown on the defense's page; nothing is decided by it. */
export const ModelFacts = z.object({
  irVersion: z.int(),
  opsets: z.record(z.string().max(64), z.int()),
  ops: z.record(z.string().max(64), z.int()),
  nodes: z.int(),
  parameters: z.int(),
  inputName: z.string().max(256),
  inputDims: z.array(z.int().nullable()).max(8),
  inputType: z.string().max(16),
  outputType: z.string().max(16),
  layout: z.string().max(16),
  batch: z.union([z.literal("dynamic"), z.int()]),
  outputName: z.string().max(256),
  randomOps: z.int(),
  mlOps: z.boolean(),
  flopsPerExample: z.number().nullable(),
  bytes: z.int(),
});
export type ModelFacts = z.infer<typeof ModelFacts>;

/**
 * One message of the runner's report. The report is input from an untrusted process: parsed, bounded, and never
 * believed about who won. `bytes` of a frame follow its JSON:
 * - `model`: the canonical model; `examples`: Int32 index [rows], then float32 rows [rows, ...shape];
 * - `found`: a float32 example [...shape] for a row of the job; `stage`: what the stage came to that these belong to;
 * - `logits`: float32 [count, draws, classes] for rows from..from+count; `again`: the same for the listed rows.
 */
export const Report = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready"), ort: z.string().max(40), provider: z.string().max(40) }),
  z.object({ type: z.literal("progress"), done: z.number(), total: z.number() }),
  z.object({ type: z.literal("problems"), problems: z.array(Problem).min(1).max(50) }),
  z.object({ type: z.literal("model"), facts: ModelFacts }),
  z.object({
    type: z.literal("examples"),
    rows: z.int().min(0),
    dtype: z.string().max(16),
    notes: z.array(z.string().max(300)).max(20),
  }),
  z.object({ type: z.literal("logits"), from: z.int().min(0), count: z.int().min(0) }),
  z.object({ type: z.literal("again"), rows: z.array(z.int().min(0)).max(4096) }),
  z.object({ type: z.literal("survey"), survey: Survey }),
  z.object({ type: z.literal("found"), row: z.int().min(0) }),
  StageReport.extend({ type: z.literal("stage") }),
  Checked.extend({ type: z.literal("checked") }),
  z.object({ type: z.literal("fault"), code: z.string().max(64), message: z.string().max(500) }),
  z.object({ type: z.literal("done") }),
]);
export type Report = z.infer<typeof Report>;

const MAX_JSON = 1 << 20;

/** Encodes one message: two little-endian lengths (JSON, bytes), the JSON, the bytes. */
export function encodeFrame(report: Report, bytes: Uint8Array = new Uint8Array()): Uint8Array[] {
  const json = new TextEncoder().encode(JSON.stringify(report));
  const head = new DataView(new ArrayBuffer(8));
  head.setUint32(0, json.length, true);
  head.setUint32(4, bytes.length, true);
  return [new Uint8Array(head.buffer), json, bytes];
}

/**
 * Reads frames from a byte stream that an untrusted process writes. `push` returns the messages completed by a chunk
 * and throws on the first malformed one; nothing is buffered beyond one frame of at most `maxBytes`.
 */
export function frameReader(maxBytes: number): {
  push(chunk: Uint8Array): { report: Report; bytes: Uint8Array }[];
  rest(): number;
} {
  const parts: Uint8Array[] = [];
  let held = 0;
  const take = (n: number): Uint8Array => {
    const out = new Uint8Array(n);
    let at = 0;
    while (at < n) {
      const part = parts[0]!;
      const use = Math.min(part.length, n - at);
      out.set(part.subarray(0, use), at);
      at += use;
      if (use === part.length) parts.shift();
      else parts[0] = part.subarray(use);
    }
    held -= n;
    return out;
  };
  let head: { json: number; bytes: number } | null = null;
  return {
    push(chunk) {
      parts.push(chunk);
      held += chunk.length;
      const frames: { report: Report; bytes: Uint8Array }[] = [];
      for (;;) {
        if (!head) {
          if (held < 8) break;
          const view = new DataView(take(8).buffer);
          head = { json: view.getUint32(0, true), bytes: view.getUint32(4, true) };
          if (head.json > MAX_JSON || head.bytes > maxBytes)
            throw new Error("the runner's report is larger than allowed");
        }
        if (held < head.json + head.bytes) break;
        const report = Report.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(take(head.json))));
        frames.push({ report, bytes: take(head.bytes) });
        head = null;
      }
      return frames;
    },
    rest: () => held,
  };
}
