import * as z from "zod";
import { QueryAccess } from "#contest/query.ts";
import { ThreatModel } from "#contest/threat-model.ts";

const Fraction = z.number().min(0).max(1);
const FileName = z
  .string()
  .max(200)
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/,
    "expected a path inside the challenge's folder",
  );
const Time = z.iso.datetime({ offset: true, error: "expected a time with its zone, such as 2026-11-23T12:00:00Z" });
const Markdown = z.string().max(20_000);

/** Names of people's things: one line, visible, at most 80 characters. */
export const Name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u, "expected one line without control characters");

export const Link = z
  .url({ protocol: /^https?$/, error: "expected a link that starts with https:// or http://" })
  .max(500);

const BaselineDefense = z.strictObject({
  name: Name,
  file: FileName,
  claim: Fraction.describe("Robust accuracy that its author claims under the threat model"),
  licence: z.string().max(100),
  description: Markdown.default(""),
  paper: Link.optional(),
  code: Link.optional(),
});

const BaselineAttack = z.strictObject({
  name: Name,
  file: FileName,
  description: Markdown.default(""),
  paper: Link.optional(),
  code: Link.optional(),
});

const Data = z.strictObject({
  points: z
    .strictObject({ x: FileName, y: FileName })
    .describe("The labelled clean inputs that everyone attacks (public)"),
  holdout: z.strictObject({ x: FileName, y: FileName }).describe("Images that the hidden holdout is derived from"),
  classes: z.array(z.string().min(1).max(60)).min(2).max(1000),
  shape: z.array(z.int().min(1).max(4096)).length(3).describe("One input: [channels, height, width]"),
  layout: z.literal("NCHW").default("NCHW"),
  range: z.tuple([z.number(), z.number()]).default([0, 1]),
  grid: z.int().min(1).max(65_535).nullable().default(null).describe("Steps between 0 and 1: 255 for 8-bit images"),
  licence: z.string().max(200),
  source: z.string().max(500),
});

/**
 * challenge.yaml: everything that makes a challenge, one folder each. Fractions are in [0,1]; times carry their zone;
 * files are paths inside the folder. Unknown keys are refused, so that a misspelt rule is not silently the default.
 */
export const ChallengeFile = z
  .strictObject({
    title: Name,
    summary: z.string().min(1).max(500),
    rules: Markdown,
    threatModel: ThreatModel,
    data: Data,
    minimumCleanAccuracy: Fraction.describe("Defenses below are listed, not ranked"),
    thresholds: z
      .strictObject({ weakened: Fraction, broken: Fraction, collapsed: Fraction })
      .describe("Robust accuracies; falling below one is a break"),
    limits: z.strictObject({
      defensesPerDay: z.int().min(1).max(1000).default(5),
      attacksPerDay: z.int().min(1).max(1000).default(20),
    }),
    queries: QueryAccess.nullable().default(null),
    dates: z.strictObject({
      opens: Time,
      closes: Time.nullable().default(null),
      reveals: Time.nullable().default(null),
    }),
    draws: z
      .int()
      .min(1)
      .max(999)
      .refine((k) => k % 2 === 1, "expected an odd number, so that a majority always exists")
      .default(33)
      .describe("How often a randomised model is run on each row"),
    baselines: z
      .strictObject({ defenses: z.array(BaselineDefense).max(50), attacks: z.array(BaselineAttack).max(50) })
      .default({ defenses: [], attacks: [] }),
    test: z.boolean().default(false).describe("Loaded by tests only"),
  })
  .superRefine((challenge, context) => {
    const { weakened, broken, collapsed } = challenge.thresholds;
    if (!(weakened > broken && broken > collapsed))
      context.addIssue({ code: "custom", path: ["thresholds"], message: "expected weakened > broken > collapsed" });
    const { grid, range, shape } = challenge.data;
    const { norm, epsilon } = challenge.threatModel;
    if (range[0] >= range[1])
      context.addIssue({ code: "custom", path: ["data", "range"], message: "expected low < high" });
    if (shape.reduce((a, b) => a * b, 1) > 1_000_000)
      context.addIssue({
        code: "custom",
        path: ["data", "shape"],
        message: "expected at most 1,000,000 values an input",
      });
    const steps = grid === null ? 0 : epsilon * grid;
    if (norm === "Linf" && Math.abs(steps - Math.round(steps)) > 1e-9)
      context.addIssue({
        code: "custom",
        path: ["threatModel", "epsilon"],
        message: `expected a whole number of grid steps, found ${steps}: write ${Math.floor(steps)}/${grid}`,
      });
    if (norm === "L0" && !Number.isInteger(epsilon))
      context.addIssue({
        code: "custom",
        path: ["threatModel", "epsilon"],
        message: "expected a whole number of values",
      });
    const asks = challenge.threatModel.access === "query";
    if (asks !== (challenge.queries !== null))
      context.addIssue({
        code: "custom",
        path: ["queries"],
        message: asks
          ? "expected answers and a budget, since threatModel.access is query"
          : "expected threatModel.access to be query: then models stay closed and can be asked",
      });
    const { opens, closes } = challenge.dates;
    if (closes !== null && Date.parse(closes) <= Date.parse(opens))
      context.addIssue({ code: "custom", path: ["dates", "closes"], message: "expected a time after opens" });
  });
export type ChallengeFile = z.infer<typeof ChallengeFile>;

export const Slug = z
  .string()
  .regex(/^[a-z0-9](-?[a-z0-9]){1,58}$/, "expected lower-case letters, digits and single hyphens");

/** What the rules need to know of a challenge, wherever they run. */
export interface Arena {
  norm: ThreatModel["norm"];
  epsilon: number;
  range: [number, number];
  grid: number | null;
  shape: number[];
  classes: number;
  points: number;
}

/** The rules' view of a challenge with `points` points. */
export function arenaOf(challenge: ChallengeFile, points: number): Arena {
  const { threatModel, data } = challenge;
  return {
    norm: threatModel.norm,
    epsilon: threatModel.epsilon,
    range: data.range,
    grid: data.grid,
    shape: data.shape,
    classes: data.classes.length,
    points,
  };
}
