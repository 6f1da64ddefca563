import type { OpenDefense } from "#evaluator/runner/defense.ts";
import type { RunFault } from "#evaluator/runner/session.ts";

/**
 * Runs `count` rows [count, ...shape] and gives their logits [count, classes]. One bad row must not cost its neighbours
 * their answers: a run that fails is repeated row by row.
 */
export async function runRetrying(
  defense: OpenDefense,
  rows: Float32Array,
  count: number,
): Promise<{ logits: Float32Array; fault?: RunFault }> {
  const { size, classes } = defense;
  const whole = await defense.run(rows, count);
  if (!whole.fault || count === 1) return whole;
  for (let i = 0; i < count; i++) {
    const one = await defense.run(rows.subarray(i * size, (i + 1) * size), 1);
    whole.logits.set(one.logits, i * classes);
  }
  return whole;
}
