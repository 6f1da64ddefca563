import type { OpenDefense } from "#evaluator/runner/defense.ts";
import type { RunFault } from "#evaluator/runner/session.ts";

/**
 * Answers one row of a randomised model `draws` times, with the noise that belongs to (row's key, draw): logits
 * [draws, classes]. Where every noise tensor has one part per row, the draws of a row share runs; else each has its own.
 */
export async function drawRow(
  defense: OpenDefense,
  rows: Float32Array,
  row: number,
  draws: number,
): Promise<{ logits: Float32Array; fault?: RunFault }> {
  const { noise, size, classes } = defense;
  const batch = noise!.perRow ? defense.batch : 1;
  const logits = new Float32Array(draws * classes);
  const copies = new Float32Array(batch * size);
  for (let i = 0; i < batch; i++) copies.set(rows.subarray(0, size), i * size);
  let fault: RunFault | undefined;
  for (let draw = 0; draw < draws; draw += batch) {
    const count = Math.min(batch, draws - draw);
    const ran = await defense.run(copies, count, (width) => noise!.feeds(row, draw, width));
    fault ??= ran.fault;
    logits.set(ran.logits, draw * classes);
  }
  return { logits, fault };
}
