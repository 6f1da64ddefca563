import * as z from "zod";

/**
 * What the evaluator hands to the runner as /in/job.json. Labels, seeds and other people's files are never in it
 * (rule 7). Files beside it: `upload` and `side` (a submission as it came), `model.onnx` (canonical bytes),
 * `rows.f32` ([rows, ...shape] float32, little-endian), `keys.bin` (16 bytes a row, the noise of randomised models).
 */
const Shape = z.array(z.int().min(1)).length(3);

export const AdmitJob = z.object({
  kind: z.literal("admit"),
  shape: Shape,
  classes: z.int().min(2).max(1000),
  side: z.boolean(),
  maxBytes: z.int(),
  maxFlops: z.number(),
});

export const ExamplesJob = z.object({
  kind: z.literal("examples"),
  shape: Shape,
  points: z.int().min(1),
  grid: z.int().nullable(),
  maxBytes: z.int(),
});

export const MeasureJob = z.object({
  kind: z.literal("measure"),
  shape: Shape,
  classes: z.int().min(2).max(1000),
  rows: z.int().min(0),
  /** Rows per run; 1 after a crash. Models with a fixed batch keep theirs. */
  batch: z.int().min(1).max(4096),
  /** Runs per row: 1, or the challenge's k for a randomised model. */
  draws: z.int().min(1).max(999),
  /** Rows to run once more, alone, after all others (rule 5). */
  again: z.array(z.int().min(0)).max(100_000),
});

export const Job = z.discriminatedUnion("kind", [AdmitJob, ExamplesJob, MeasureJob]);
export type Job = z.infer<typeof Job>;
export type AdmitJob = z.infer<typeof AdmitJob>;
export type ExamplesJob = z.infer<typeof ExamplesJob>;
export type MeasureJob = z.infer<typeof MeasureJob>;
