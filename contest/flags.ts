import * as z from "zod";
import { type Evidence, FLAG_TEXTS, type FlagText } from "#contest/flag-texts.ts";
import { HOUSE_ATTACKS, type HouseAttack } from "#contest/gauntlet.ts";
import { isMemorised } from "#contest/interval.ts";

/**
 * Red flags: signs that a defense hides its gradient rather than being robust, or that what is shown of it should be
 * read with care. They decide nothing. Their words are in flag-texts.ts.
 */

export type FlagId = keyof typeof FLAG_TEXTS;
export const FLAG_IDS = Object.keys(FLAG_TEXTS) as [FlagId, ...FlagId[]];

/** A raised flag and the numbers that raised it. From an untrusted process: its words are ours, its numbers are shown. */
export const Flag = z
  .object({
    id: z.enum(FLAG_IDS),
    /** Of "check-not-finished": the flag whose check it was; none where all that were left did not run. */
    check: z.enum(FLAG_IDS).optional(),
    evidence: z.record(z.string().max(40), z.number().min(-1e12).max(1e12)),
  })
  .refine(({ id, evidence }) => {
    const expected: readonly string[] = FLAG_TEXTS[id].evidence;
    return Object.keys(evidence).length === expected.length && expected.every((key) => key in evidence);
  }, "the evidence is not that of the flag");
export type Flag = z.infer<typeof Flag>;

/** How a flag of each level is called. */
export const FLAG_WORDS = { warning: "Red flag", note: "Note" } as const;

/** Title, evidence in words, when it is raised, what it means and what to do. */
export function describeFlag({ id, check, evidence }: Flag) {
  const text: FlagText = FLAG_TEXTS[id];
  const { title, level, raisedIf, means, advice } = text;
  const of = check ? `The check "${FLAG_TEXTS[check].title}" ended by an error. ` : "";
  return { id, title, level, raisedIf, sentence: of + text.sentence(evidence), means, advice };
}

/** The flag that a record's detail { flag, check, evidence } keeps; null for a record of another kind of flag. */
export function flagOf(detail: unknown): Flag | null {
  const { flag, check, evidence } = (detail ?? {}) as Record<string, unknown>;
  return Flag.safeParse({ id: flag, check, evidence }).data ?? null;
}

/** The same flag of the same check is raised once. */
export const flagKey = ({ id, check }: Pick<Flag, "id" | "check">): string => (check ? `${id} ${check}` : id);

/** Each flag once, the first one given. */
export function distinctFlags(flags: Iterable<Flag>): Flag[] {
  const seen = new Map<string, Flag>();
  for (const flag of flags) if (!seen.has(flagKey(flag))) seen.set(flagKey(flag), flag);
  return [...seen.values()];
}

const BLACK_BOX_SHARE = 0.002;

/**
 * The flags that the cascade itself raises: points that stood after every attack with a gradient and fell to one
 * without. `stages` are those of the full tier in the order in which they ran, with what each truly took; `points` is
 * how many the gauntlet began with. Attacks that ran before the last gradient say nothing: a gradient might have found
 * the same.
 */
export function cascadeFlags(stages: readonly { attack: HouseAttack; taken: number }[], points: number): Flag[] {
  const last = stages.findLastIndex(({ attack }) => HOUSE_ATTACKS[attack].asks === "gradient");
  if (last < 0) return [];
  const after = stages.slice(last + 1);
  const taken = (noise: boolean) =>
    after.reduce((sum, stage) => sum + ((stage.attack === "noise") === noise ? stage.taken : 0), 0);
  const flag = (id: FlagId, found: number): Flag[] =>
    found >= 2 && found > BLACK_BOX_SHARE * points ? [{ id, evidence: { points, found } }] : [];
  return [...flag("black-box-beats-white-box", taken(false)), ...flag("noise-beats-gradients", taken(true))];
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
  const right = ({ standing, n }: Count) => ({ right: standing, n });
  if (!isMemorised(right(points), right(holdout), gap)) return null;
  const evidence: Evidence = {
    ...{ points: points.n, pointsStanding: points.standing },
    ...{ holdout: holdout.n, holdoutStanding: holdout.standing },
  };
  return { id: "memorised", evidence };
}
