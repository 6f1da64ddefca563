import * as z from "zod";
import { Link, Name } from "#contest/challenge.ts";

/** What becomes of a submission: `rejected` is theirs, `failed` is ours (retried first, never charged). */
export const SubmissionState = z.enum([
  "received",
  "queued",
  "validating",
  "evaluating",
  "scored",
  "rejected",
  "failed",
]);
export type SubmissionState = z.infer<typeof SubmissionState>;

export const TERMINAL_STATES: readonly SubmissionState[] = ["scored", "rejected", "failed"];

export const SubmissionKind = z.enum(["defense", "attack"]);
export type SubmissionKind = z.infer<typeof SubmissionKind>;

/** Form fields arrive as text; blank ones mean "not given" (and not 0, which is what Number makes of them). */
const blankIsAbsent = (value: unknown) => (typeof value === "string" && value.trim() === "" ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankIsAbsent, schema.optional());
const Description = z.string().max(20_000, "expected at most 20,000 characters").default("");

export const DefenseForm = z.object({
  name: Name,
  claim: z
    .preprocess(
      blankIsAbsent,
      z.coerce
        .number({ error: "expected a fraction such as 0.85" })
        .min(0)
        .max(1, "expected a fraction between 0 and 1: 0.85 means 85 %"),
    )
    .describe("Robust accuracy that you claim under the challenge's threat model, as a fraction in [0,1]"),
  licence: z.string().trim().min(1, "expected a licence, such as MIT or CC-BY-4.0").max(100),
  category: optional(z.string().trim().max(80)).describe(
    "What kind of defense it is, if it is one of the archive's: a lesson's title at /lessons",
  ),
  paper: optional(Link),
  code: optional(Link),
  description: optional(Description).transform((text) => text ?? ""),
});
export type DefenseForm = z.infer<typeof DefenseForm>;

export const AttackForm = z.object({
  name: Name,
  target: optional(z.string().max(40)).describe("The id of the defense that it was made for, if it was made for one"),
  queries: optional(z.coerce.number().int().min(0).max(1e12)).describe("Queries spent per point, if you count them"),
  paper: optional(Link),
  code: optional(Link),
  description: optional(Description).transform((text) => text ?? ""),
});
export type AttackForm = z.infer<typeof AttackForm>;

/** What the static gate rejects is free, up to this many a day; whatever ran spends one attempt. */
export const FREE_REJECTIONS_PER_DAY = 20;
const DAY = 24 * 60 * 60 * 1000;

/** How an earlier submission counts against the limits: `pending` ones hold an attempt until they are decided. */
export interface SpentAttempt {
  receivedAt: Date;
  outcome: "spent" | "free-rejection" | "pending" | "refunded";
}

/**
 * Attempts left in the sliding 24 hours before `now`, and when the next one comes back (null while some are left).
 * Above FREE_REJECTIONS_PER_DAY, the gate's free rejections of that day count as attempts.
 */
export function attemptsLeft(
  earlier: SpentAttempt[],
  perDay: number,
  now: Date,
): { left: number; nextAt: Date | null } {
  const left = Math.max(0, perDay - spentAt(earlier, now));
  if (left > 0) return { left, nextAt: null };
  // Free rejections count here too: when one leaves the day, a later one that was charged becomes free.
  const leaving = earlier.map((a) => new Date(a.receivedAt.getTime() + DAY)).filter((at) => at > now);
  const nextAt = leaving.sort((a, b) => a.getTime() - b.getTime()).find((at) => spentAt(earlier, at) < perDay);
  return { left, nextAt: nextAt! };
}

/** How many attempts are spent in the 24 hours before `now`. The first free rejections of them are free. */
function spentAt(earlier: SpentAttempt[], now: Date): number {
  const recent = earlier.filter((a) => now.getTime() - a.receivedAt.getTime() < DAY);
  const count = (outcome: SpentAttempt["outcome"]) => recent.filter((a) => a.outcome === outcome).length;
  return count("spent") + count("pending") + Math.max(0, count("free-rejection") - FREE_REJECTIONS_PER_DAY);
}
