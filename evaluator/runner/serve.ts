import fs from "node:fs";
import type { ServeJob } from "#contest/job.ts";
import { report } from "#evaluator/runner/channel.ts";
import { type OpenDefense, openDefense } from "#evaluator/runner/defense.ts";
import { drawRow } from "#evaluator/runner/draws.ts";
import { runRetrying } from "#evaluator/runner/retry.ts";

/** The liveness pipe (liveness.ts), which carries the questions after the start. */
const QUESTIONS = 5;
const KEY_BYTES = 16;
/** What one question may ask about; the evaluator asks about fewer. */
const MOST_ROWS = 65_536;

/** Answers what is asked with the session that verdicts are made with, the model loaded once, until the pipe ends. */
export async function serve(job: ServeJob): Promise<void> {
  const defense = await openDefense(job);
  const head = new Uint8Array(4);
  while (readWhole(head)) {
    const count = new DataView(head.buffer).getUint32(0, true);
    if (count === 0 || count > MOST_ROWS) throw new Error(`asked about ${count} rows`);
    const rows = new Float32Array(count * defense.size);
    const keys = Buffer.alloc(defense.noise ? count * KEY_BYTES : 0);
    if (!readWhole(new Uint8Array(rows.buffer)) || !readWhole(keys)) return;
    const logits = await answer(defense, rows, keys, count);
    report({ type: "logits", from: 0, count }, new Uint8Array(logits.buffer));
  }
}

async function answer(
  defense: OpenDefense,
  rows: Float32Array,
  keys: Buffer<ArrayBuffer>,
  count: number,
): Promise<Float32Array> {
  const { size, classes, noise, batch } = defense;
  const logits = new Float32Array(count * classes);
  noise?.rekey(keys);
  const step = noise ? 1 : batch;
  for (let row = 0; row < count; row += step) {
    const width = Math.min(step, count - row);
    const part = rows.subarray(row * size, (row + width) * size);
    const ran = noise ? await drawRow(defense, part, row, 1) : await runRetrying(defense, part, width);
    logits.set(ran.logits, row * classes);
  }
  return logits;
}

/** Fills `bytes`, waiting for them; false where the pipe has ended. */
function readWhole(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; ) {
    const read = fs.readSync(QUESTIONS, bytes, at, bytes.length - at, null);
    if (read === 0) return false;
    at += read;
  }
  return true;
}
