import type { MeasureJob } from "#contest/job.ts";
import { progress, report } from "#evaluator/runner/channel.ts";
import { type OpenDefense, openDefense } from "#evaluator/runner/defense.ts";
import { drawRow } from "#evaluator/runner/draws.ts";
import { openRows } from "#evaluator/runner/rows.ts";
import type { RunFault } from "#evaluator/runner/session.ts";

/** Rows whose logits travel in one message; what a crash loses is at most this much work. */
const REPORT_ROWS = 1024;

/**
 * Answers every row of /in/rows.f32 in order, then the rows of `again` once more, each alone: the evaluator compares
 * the two (rule 5). Rows are read a batch at a time, so that memory does not grow with their number.
 */
export async function measure(job: MeasureJob): Promise<void> {
  const defense = await openDefense(job);
  const size = job.shape.reduce((a, b) => a * b, 1);
  const inputs = openRows("/in/rows.f32", size);
  const draws = defense.noise ? job.draws : 1;
  const width = draws * job.classes;
  const rows = new Float32Array(defense.batch * size);
  const pending = new Float32Array(REPORT_ROWS * width);
  let sent = 0;
  let held = 0;
  const flush = () => {
    if (held > 0) report({ type: "logits", from: sent, count: held }, bytesOf(pending.subarray(0, held * width)));
    sent += held;
    held = 0;
  };
  const step = defense.noise ? 1 : Math.min(defense.batch, REPORT_ROWS);
  for (let row = 0; row < job.rows; row += step) {
    const count = Math.min(step, job.rows - row);
    inputs.read(row, count, rows);
    const { logits, fault } = defense.noise
      ? await drawRow(defense, rows, row, draws)
      : await runRetried(defense, rows, count);
    if (fault) report({ type: "fault", ...fault });
    if (held + count > REPORT_ROWS) flush();
    pending.set(logits, held * width);
    held += count;
    if (job.batch === 1) flush();
    progress(row + count, job.rows);
  }
  flush();
  for (const row of job.again) {
    inputs.read(row, 1, rows);
    const { logits } = defense.noise ? await drawRow(defense, rows, row, draws) : await defense.run(rows, 1);
    report({ type: "again", rows: [row] }, bytesOf(logits));
  }
}

/** One bad row must not cost its neighbours their answers: a run that fails is repeated row by row. */
export async function runRetried(
  defense: OpenDefense,
  batch: Float32Array,
  count: number,
): Promise<{ logits: Float32Array; fault?: RunFault }> {
  const { size, classes } = defense;
  const whole = await defense.run(batch, count);
  if (!whole.fault || count === 1) return whole;
  for (let i = 0; i < count; i++) {
    const one = await defense.run(batch.subarray(i * size, (i + 1) * size), 1);
    whole.logits.set(one.logits, i * classes);
  }
  return whole;
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
