import { durationName } from "#components/ui/duration.ts";
import { percent } from "#components/ui/numbers.ts";

interface Standing {
  claim: number;
  n: number;
  standing: number;
  faced: number;
  /** Of the gauntlet. */
  tier: string;
  receivedAt: Date;
  admittedAt: Date;
  /** The first break of each threshold, in order of time. */
  breaks: { threshold: string | null; at: Date }[];
}

/** What became of a defense, in one sentence: "Unbroken for 43 days", or what it claimed, kept, and when it fell. */
export function verdictSentence(defense: Standing, now: Date): string {
  const { claim, n, standing, faced, tier, breaks } = defense;
  if (n === 0) return `Claims ${percent(claim)}; not measured yet.`;
  const first = breaks[0];
  const attacks = `${faced} ${faced === 1 ? "attack" : "attacks"}${tier === "none" ? "" : ` and the ${tier} gauntlet`}`;
  if (!first) {
    const age = durationName(now.getTime() - defense.admittedAt.getTime());
    return `Unbroken for ${age}: claims ${percent(claim)}, keeps ${percent(standing / n)} after ${attacks}.`;
  }
  const lasted = durationName(first.at.getTime() - defense.receivedAt.getTime());
  return `Claimed ${percent(claim)}, kept ${percent(standing / n)}; ${first.threshold ?? "broken"} after ${lasted}.`;
}
