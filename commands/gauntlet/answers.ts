import { z } from "zod";
import { Problem } from "#contest/problem.ts";
import { SubmissionState } from "#contest/submission.ts";
import { Norm } from "#contest/threat-model.ts";

/** What the command line reads of the API's answers; it prints the rest with --json as it came. */
const Summary = z.looseObject({
  slug: z.string(),
  title: z.string(),
  phase: z.string(),
  threatModel: z.looseObject({ norm: Norm, epsilon: z.number(), name: z.string() }),
  n: z.int(),
  grid: z.int().nullable(),
  ranked: z.int(),
  attacks: z.int(),
  bestRobustAccuracy: z.number().nullable(),
});
export const Challenges = z.object({ challenges: z.array(Summary) });

export const ChallengeAnswer = Summary.extend({
  summary: z.string(),
  minimumCleanAccuracy: z.number(),
  closesAt: z.string().nullable(),
  attemptsLeft: z.object({ defenses: z.int(), attacks: z.int() }).nullable(),
  data: z.looseObject({
    classes: z.array(z.string()),
    shape: z.array(z.int()),
    range: z.tuple([z.number(), z.number()]),
    holdout: z.int(),
    pointsSha256: z.string(),
    labelsSha256: z.string(),
  }),
});
export type ChallengeAnswer = z.infer<typeof ChallengeAnswer>;

const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export const TableAnswer = z.looseObject({ pages: z.int(), rows: z.array(z.record(z.string(), Cell)) });

export const DefenseAnswer = z.looseObject({
  name: z.string(),
  author: z.string(),
  challenge: z.string(),
  claim: z.number(),
  cleanAccuracy: z.number().nullable(),
  robustAccuracy: z.number().nullable(),
  level: z.string(),
  tier: z.string(),
  faced: z.int(),
  ranked: z.boolean(),
  unrankedBecause: z.string().nullable(),
});

export const HistoryAnswer = z.object({
  history: z.array(
    z.looseObject({
      kind: z.string(),
      at: z.string(),
      attack: z.object({ name: z.string() }).nullable(),
      threshold: z.string().nullable(),
      robustAfter: z.number().nullable(),
    }),
  ),
});

export const Created = z.looseObject({ id: z.string() });

export const SubmissionAnswer = z.looseObject({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  challenge: z.string(),
  status: SubmissionState,
  stage: z.string(),
  done: z.int(),
  total: z.int(),
  place: z.int().nullable(),
  problems: z.array(Problem),
  failure: z.string().nullable(),
  result: z
    .looseObject({
      n: z.int(),
      cleanAccuracy: z.number().nullable(),
      robustAccuracy: z.number().nullable(),
      success: z.number().nullable(),
      rows: z.int().nullable(),
      admissible: z.int().nullable(),
    })
    .nullable(),
});
export type SubmissionAnswer = z.infer<typeof SubmissionAnswer>;
