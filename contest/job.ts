import * as z from "zod";
import { GAUNTLET_TIERS, HOUSE_RUNS, Provider } from "#contest/gauntlet.ts";
import { Norm } from "#contest/threat-model.ts";

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
  /** Put in front of the model: (input - mean) / std, one number each or one a channel. */
  normalise: z.object({ mean: z.array(z.number()).min(1), std: z.array(z.number()).min(1) }).optional(),
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

/**
 * Answer rows for as long as some come, on the pipe that the process lives by: of each question a uint32 number of rows,
 * 16 bytes a row that key the noise of a randomised model (none for others), then rows [rows, ...shape] as float32, or, with
 * `steps`, a byte k a value, which stands for k / steps.
 */
export const AnswerJob = MeasureJob.omit({ rows: true, again: true }).extend({
  kind: z.literal("answer"),
  steps: z.int().min(1).max(255).nullable(),
});

/**
 * Run a tier of the gauntlet, or (`curve`) find nearest examples: then every stage attacks every row. `rows.f32` are the inputs under attack, all answered rightly, with the model's own answer
 * as the label; `starts.f32` are examples of other models for some of them (rows of `startRows`); `probes.f32` are inputs
 * that the survey looks at, the same in every run on a challenge: whoever else is under attack must not change the plan.
 */
export const HouseJob = z.object({
  kind: z.literal("house"),
  tier: z.enum(HOUSE_RUNS),
  shape: Shape,
  classes: z.int().min(2).max(1000),
  norm: Norm,
  epsilon: z.number().positive(),
  range: z.tuple([z.number(), z.number()]),
  grid: z.int().nullable(),
  /** The number of each row's point, which keys its random streams. */
  points: z.array(z.int().min(0)).max(1_000_000),
  startRows: z.array(z.int().min(0)).max(1_000_000),
  /** Of all random streams, hex: the same seed gives the same examples. */
  seed: z.string().regex(/^[0-9a-f]{16,64}$/),
  batch: z.int().min(1).max(4096),
  /** Draws that a randomised model's answers and gradients are averaged over (EOT). */
  draws: z.int().min(1).max(999),
  /** What to search on. */
  provider: Provider,
  /** Stages that ran before. */
  done: z.array(z.string().max(64)).max(100),
});

/** Run the checks of a tier: `rows.f32` are inputs that are answered rightly, for `full` those that no attack has taken. */
export const CheckJob = HouseJob.omit({ startRows: true, done: true }).extend({
  kind: z.literal("check"),
  tier: z.enum(GAUNTLET_TIERS),
});

/** Open one small graph on a provider and run it, to know whether it works at all. */
export const ProviderJob = z.object({ kind: z.literal("provider"), provider: Provider });

export const Job = z.discriminatedUnion("kind", [
  AdmitJob,
  ExamplesJob,
  MeasureJob,
  AnswerJob,
  HouseJob,
  CheckJob,
  ProviderJob,
]);
export type Job = z.infer<typeof Job>;
export type AdmitJob = z.infer<typeof AdmitJob>;
export type ExamplesJob = z.infer<typeof ExamplesJob>;
export type MeasureJob = z.infer<typeof MeasureJob>;
export type AnswerJob = z.infer<typeof AnswerJob>;
export type HouseJob = z.infer<typeof HouseJob>;
export type CheckJob = z.infer<typeof CheckJob>;
/** What a model under attack by the house is opened with. */
export type ModelJob = Omit<CheckJob, "kind" | "tier">;
export type ProviderJob = z.infer<typeof ProviderJob>;
