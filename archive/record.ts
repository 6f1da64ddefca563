import { z } from "zod";

const text = (most: number) => z.string().min(1).max(most);

/** A month where one is known, else a year: "2018-02", "2018". */
const PartialDate = z.string().regex(/^(19|20)\d\d(-(0[1-9]|1[0-2]))?$/);

/** An id at arXiv, without a version. */
const ArxivId = z.string().regex(/^\d{4}\.\d{4,5}$/);

const percent = z.number().min(0).max(100);

export const STATUSES = ["standing", "partially broken", "broken"] as const;
export type Status = (typeof STATUSES)[number];

export const NORMS = ["Linf", "L2", "L1", "L0", "unrestricted"] as const;

export const RESULT_KINDS = ["attack", "re-evaluation", "leaderboard entry", "own-evaluation"] as const;

/** A later evaluation of a published defense. */
export const ArchiveResult = z.strictObject({
  name: text(200),
  authors: text(300),
  year: z.int().min(1990).max(2100),
  arxiv: ArxivId.nullable(),
  /** False where the id was not checked against a source. */
  arxivVerified: z.boolean().optional(),
  technique: text(300),
  /** In percent; null where no source gives a figure. */
  resultingRobustAccuracy: percent.nullable(),
  /** What was measured in place of robust accuracy, by name. */
  otherMetric: z.record(z.string().max(40), z.number()).optional(),
  date: PartialDate,
  verified: z.boolean(),
  source: text(500),
  kind: z.enum(RESULT_KINDS),
  note: text(500).optional(),
});
export type ArchiveResult = z.infer<typeof ArchiveResult>;

/** What became of one published defense: archive/README.md describes each field. */
export const ArchiveRecord = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(60),
  name: text(200),
  paper: z.strictObject({
    title: text(300),
    authors: text(300),
    year: z.int().min(1990).max(2100),
    venue: text(200),
    arxiv: ArxivId.nullable(),
    arxivVerified: z.boolean().nullable(),
  }),
  idea: text(1000),
  category: text(80),
  dataset: text(200),
  threatModel: z.strictObject({
    norm: z.enum(NORMS),
    epsilon: z.number().positive().nullable(),
    access: text(100),
    note: text(500).optional(),
  }),
  claim: z.strictObject({
    metric: text(100),
    /** In percent. */
    value: percent.nullable(),
    /** 100 - value, where a lower value is better. */
    robustAccuracyEquivalent: percent.optional(),
    date: PartialDate,
    verified: z.boolean(),
    source: text(500).optional(),
    note: text(500).optional(),
  }),
  breaks: z.array(ArchiveResult).max(200),
  status: z.enum(STATUSES),
  sources: z.array(text(500)).max(50),
  notes: text(1000).optional(),
});
export type ArchiveRecord = z.infer<typeof ArchiveRecord>;

/** Words of /archive's own addresses, which no record may have for its id. */
export const RESERVED = ["results", "papers", "figures"];

/** The whole file: ids are unique and free, results in order of time. */
export const ArchiveFile = z
  .array(ArchiveRecord)
  .max(10_000)
  .superRefine((records, context) => {
    const seen = new Set(RESERVED);
    for (const [at, { id }] of records.entries()) {
      if (seen.has(id)) context.addIssue({ code: "custom", message: `the id "${id}" is taken`, path: [at, "id"] });
      seen.add(id);
    }
  });
