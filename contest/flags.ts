import * as z from "zod";
import { type Evidence, FLAG_RULES, type FlagRule } from "#contest/flag-rules.ts";
import { GAUNTLET_TIERS, type GauntletTier, HOUSE_ATTACKS, type HouseAttack } from "#contest/gauntlet.ts";

/**
 * Red flags: signs that a defense hides its gradient rather than being robust, or that what is shown of it should be
 * read with care. They decide nothing. Their words are in flag-rules.ts.
 */

export type FlagId = keyof typeof FLAG_RULES;
export const FLAG_IDS = Object.keys(FLAG_RULES) as [FlagId, ...FlagId[]];

/**
 * The checks that a runner goes through after a tier, in this order: cheapest first. Those of `full` look at points that
 * every attack has left, where a hidden gradient would have its effect, so most of them run again there.
 */
export const CHECKS_OF = {
  quick: [
    ...(["epsilon-off-the-grid", "randomised", "softmax-output", "nondeterministic", "stateful"] as const),
    ...(["batch-dependent", "answers-off-the-grid", "nearest-point", "zero-gradients"] as const),
    ...(["cross-entropy-underflow", "finite-differences", "silent-success", "steps-not-monotone"] as const),
  ],
  full: [
    ...(["answers-off-the-grid", "nearest-point", "zero-gradients", "cross-entropy-underflow"] as const),
    ...(["finite-differences", "silent-success", "epsilon-not-monotone", "unbounded-attack-fails"] as const),
    ...(["iterations-still-gain", "binarisation-test"] as const),
  ],
} as const satisfies Record<GauntletTier, readonly FlagId[]>;
export type CheckId = (typeof CHECKS_OF)[GauntletTier][number];
const CHECK_IDS = [...new Set(GAUNTLET_TIERS.flatMap((tier) => CHECKS_OF[tier]))] as [CheckId, ...CheckId[]];

const Numbers = z.record(z.string().max(40), z.number().min(-1e12).max(1e12));

/** What a check found: the numbers that may raise its flag, null where it does not apply, "failed" where it ended by an error. */
export const Checked = z.object({
  check: z.enum(CHECK_IDS),
  found: z.union([Numbers, z.literal("failed")]).nullable(),
});
export type Checked = z.infer<typeof Checked>;

/** A raised flag and the numbers that raised it. From an untrusted process: its words are ours, its numbers are shown. */
export const Flag = z
  .object({
    id: z.enum(FLAG_IDS),
    /** Of "check-not-finished": the check that was not. */
    check: z.enum(CHECK_IDS).optional(),
    evidence: Numbers,
  })
  .refine(({ id, evidence }) => {
    const expected: readonly string[] = FLAG_RULES[id].evidence;
    return Object.keys(evidence).length === expected.length && expected.every((key) => key in evidence);
  }, "the evidence is not that of the flag");
export type Flag = z.infer<typeof Flag>;

/** Whether its numbers raise it. */
export const isRaised = ({ id, evidence }: Pick<Flag, "id" | "evidence">): boolean => FLAG_RULES[id].raised(evidence);

/** How a flag of each level is called. */
export const FLAG_WORDS = { warning: "Red flag", note: "Note" } as const;

/** Title, evidence in words, when it is raised, what it means and what to do. */
export function describeFlag({ id, check, evidence }: Flag) {
  const rule: FlagRule = FLAG_RULES[id];
  const { title, level, raisedIf, means, advice } = rule;
  const of = check ? `It is the check for "${FLAG_RULES[check].title}". ` : "";
  const sentence = of + rule.sentence(evidence);
  return { id, check: check ?? null, title, level, raisedIf, sentence, means, advice, evidence };
}

/** The flag that a record's detail { flag, check, evidence } keeps; null for a record of another kind of flag. */
export function flagOf(detail: unknown): Flag | null {
  const { flag, check, evidence } = (detail ?? {}) as Record<string, unknown>;
  return Flag.safeParse({ id: flag, check, evidence }).data ?? null;
}

/** Why a defense was disqualified, as its record keeps it: these are no flags, they decide. */
const OFFENCES: Record<string, string> = {
  "batch-dependent": "its answers depend on more than the input",
  "dishonest-report": "its process gave a report that cannot be true",
};

/** What a record of kind flagged says: a flag with its place on /flags, or the offence that disqualified. */
export function flaggedWords(detail: unknown): { id: FlagId | null; words: string } {
  const flag = flagOf(detail);
  if (flag) return { id: flag.id, words: FLAG_RULES[flag.id].title };
  const { flag: offence } = (detail ?? {}) as Record<string, unknown>;
  return { id: null, words: OFFENCES[String(offence)] ?? "for a reason that was not kept" };
}

/** The same flag of the same check is raised once. */
export const flagKey = ({ id, check }: Pick<Flag, "id" | "check">): string => (check ? `${id} ${check}` : id);

/** Each flag once, the first one given. */
export function distinctFlags(flags: Iterable<Flag>): Flag[] {
  const seen = new Map<string, Flag>();
  for (const flag of flags) if (!seen.has(flagKey(flag))) seen.set(flagKey(flag), flag);
  return [...seen.values()];
}

/**
 * The flags that the cascade itself raises: points that stood after every attack with a gradient and fell to one
 * without. `stages` are those of the full tier in the order in which they ran, with what each truly took; `points` is
 * how many the gauntlet began with. Attacks that ran before the last gradient say nothing (a gradient might have found
 * the same), nor do those that read the model itself.
 */
export function cascadeFlags(stages: readonly { attack: HouseAttack; taken: number }[], points: number): Flag[] {
  const last = stages.findLastIndex(({ attack }) => HOUSE_ATTACKS[attack].asks === "gradient");
  if (last < 0) return [];
  const after = stages.slice(last + 1).filter(({ attack }) => HOUSE_ATTACKS[attack].asks !== "model");
  const taken = (noise: boolean) =>
    after.reduce((sum, stage) => sum + ((stage.attack === "noise") === noise ? stage.taken : 0), 0);
  return [
    { id: "black-box-beats-white-box" as const, evidence: { points, found: taken(false) } },
    { id: "noise-beats-gradients" as const, evidence: { points, found: taken(true) } },
  ].filter(isRaised);
}

interface Count {
  standing: number;
  n: number;
}

/**
 * Rule 9 on robust accuracy: the same suite on the points and on images that nobody has (the holdout, or a part of it).
 * A model that stores the points stands on them and falls elsewhere. `gap` is the baselines' own, as a fraction.
 */
export function memorisedFlag(points: Count, holdout: Count, gap = 0): Flag | null {
  const evidence: Evidence = {
    ...{ points: points.n, pointsStanding: points.standing },
    ...{ holdout: holdout.n, holdoutStanding: holdout.standing, gap },
  };
  const flag = { id: "memorised", evidence } as const;
  return isRaised(flag) ? flag : null;
}
