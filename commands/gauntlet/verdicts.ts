import { Ended, EXIT } from "#commands/gauntlet/exit.ts";
import type { Bits } from "#contest/bits.ts";
import type { Arena } from "#contest/challenge.ts";
import { judge, NOT_ATTACKED } from "#contest/verdict.ts";
import type { RunContext } from "#evaluator/context.ts";
import { type MeasureOptions, measureRows, type Subject } from "#evaluator/measure.ts";

/** Rows [points, ...shape] that a model is asked, the points that they belong to, and the class of every point. */
interface Asked {
  rows: Float32Array;
  points: ArrayLike<number>;
  labels: Uint16Array;
}

/**
 * Asks a model as the evaluator does, in fresh processes in the sandbox, and judges its answers by the same rules: a bit a
 * point, 1 where nothing was asked. `seed` (hex) is of a randomised model's noise. `ort` is null where no row was asked.
 * Throws Ended where the answers depend on more than the input.
 */
export async function verdictsOf(
  context: RunContext,
  arena: Arena,
  subject: Subject & { seed: string },
  { rows, points, labels }: Asked,
  options: MeasureOptions,
): Promise<{ bits: Bits; ort: string | null }> {
  const answers = new Uint16Array(labels.length).fill(NOT_ATTACKED);
  if (points.length === 0) return { bits: judge(answers, labels).bits, ort: null };
  const challenge = { arena, size: arena.shape.reduce((a, b) => a * b, 1), seed: subject.seed };
  const noiseNames = Array.from(points, (point) => `point:${point}`);
  const measured = await measureRows(context, challenge, subject, { rows, noiseNames }, options);
  if (measured.unstable)
    throw new Ended(EXIT.failed, "batch-dependent", "The model's answers depend on more than the input.");
  for (let i = 0; i < points.length; i++) answers[points[i]!] = measured.answers[i]!;
  return { bits: judge(answers, labels).bits, ort: measured.ort };
}
