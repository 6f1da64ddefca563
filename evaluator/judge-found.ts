import { type Distance, judgeRow } from "#contest/admissible.ts";
import type { RunContext } from "#evaluator/context.ts";
import type { Found, HouseTarget } from "#evaluator/house.ts";
import { type Measured, measureRows, type Subject } from "#evaluator/measure.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";

/** What a stage truly did: the rows that count, and what the defense answered to each. */
export interface JudgedFound {
  /** Places in the target's points of the admissible examples, in the order in which they were found. */
  places: number[];
  /** Those examples, float32 [places, ...shape], as judged. */
  examples: Float32Array;
  distances: Distance[];
  /** Null where no example counts: then no process was asked. */
  measured: Measured | null;
}

/**
 * Judges the examples that a stage found by rule 3 and has a second, fresh process answer those that count (rule 7): the
 * process that made them is believed about nothing.
 */
export async function judgeFound(
  context: RunContext,
  challenge: Pick<LoadedChallenge, "arena" | "size" | "seed">,
  target: Pick<HouseTarget, "inputs" | "points">,
  subject: Subject,
  found: Pick<Found, "rows" | "examples">,
  signal?: AbortSignal,
): Promise<JudgedFound> {
  const { arena, size } = challenge;
  const row = (values: Float32Array, at: number) => values.subarray(at * size, (at + 1) * size);
  const places: number[] = [];
  const distances: Distance[] = [];
  const examples = new Float32Array(found.examples.length);
  found.rows.forEach((place, i) => {
    const example = row(found.examples, i);
    const verdict = judgeRow(example, row(target.inputs, target.points[place]!), arena);
    if (!verdict.admissible) return;
    examples.set(example, places.length * size);
    places.push(place);
    distances.push(verdict.distance);
  });
  const judged = { places, distances, examples: examples.subarray(0, places.length * size) };
  if (places.length === 0) return { ...judged, measured: null };
  const noiseNames = places.map((place) => `point:${target.points[place]}`);
  const rows = { rows: judged.examples, noiseNames };
  return { ...judged, measured: await measureRows(context, challenge, subject, rows, signal ? { signal } : {}) };
}
