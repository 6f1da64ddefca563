import type { AnswerJob } from "#contest/job.ts";
import { report } from "#evaluator/runner/channel.ts";
import { type OpenDefense, openDefense } from "#evaluator/runner/defense.ts";
import { drawRow } from "#evaluator/runner/draws.ts";
import { readMore } from "#evaluator/runner/liveness.ts";
import { runRetried } from "#evaluator/runner/measure.ts";

const KEY_BYTES = 16;

/** Answers questions with logits [rows, draws, classes], one after the other, until no more come: a model that is kept warm. */
export async function answer(job: AnswerJob): Promise<void> {
  const defense = await openDefense(job);
  for (;;) {
    const head = readMore(4);
    if (!head) return;
    const rows = head.readUInt32LE();
    const keys = defense.noise ? readMore(rows * KEY_BYTES) : Buffer.alloc(0);
    const values = readMore(rows * defense.size * (job.steps === null ? 4 : 1));
    if (!keys || !values) return;
    defense.noise?.rekey(keys);
    const logits = await answered(defense, valuesOf(values, job.steps), rows, job.draws);
    report({ type: "logits", from: 0, count: rows }, new Uint8Array(logits.buffer));
  }
}

function valuesOf(bytes: Buffer<ArrayBuffer>, steps: number | null): Float32Array {
  if (steps === null) return new Float32Array(bytes.buffer);
  const values = new Float32Array(bytes.length);
  for (let i = 0; i < values.length; i++) values[i] = bytes[i]! / steps;
  return values;
}

async function answered(
  defense: OpenDefense,
  values: Float32Array,
  rows: number,
  draws: number,
): Promise<Float32Array<ArrayBuffer>> {
  const { size, classes, noise, batch } = defense;
  const width = noise ? draws * classes : classes;
  const step = noise ? 1 : batch;
  const logits = new Float32Array(rows * width);
  for (let row = 0; row < rows; row += step) {
    const count = Math.min(step, rows - row);
    const some = values.subarray(row * size, (row + count) * size);
    const ran = noise ? await drawRow(defense, some, row, draws) : await runRetried(defense, some, count);
    if (ran.fault) report({ type: "fault", ...ran.fault });
    logits.set(ran.logits, row * width);
  }
  return logits;
}
