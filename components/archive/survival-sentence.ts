import { countOf } from "#components/ui/numbers.ts";
import type { LifetimeQuantile } from "#contest/survival.ts";

interface Lives {
  curve: readonly { atRisk: number }[];
  median: LifetimeQuantile;
  shortest: number | null;
  longest: number | null;
  yearOnly: number;
  atOnce: number;
  predating: number;
}

const at = (months: number | null) => (months === null ? "never so far" : `${months} month${months === 1 ? "" : "s"}`);

/** What a survival curve of published defenses says, and what its dates leave open. */
export function survivalSentence({ curve, median, shortest, longest, yearOnly, atOnce, predating }: Lives): string {
  const all = countOf(curve[0]?.atRisk ?? 0, "defense");
  const half =
    median.time === null
      ? `Of ${all} fewer than half are estimated to have been broken.`
      : `Of ${all} half are estimated to have been broken ${at(median.time)} after the claim (95 % interval: ${at(median.low)} to ${at(median.high)}).`;
  const dates =
    yearOnly === 0
      ? ""
      : ` ${yearOnly} are dated by a year alone somewhere; the middle of the year is taken, and as the dates allow, the figure is ${at(shortest)} at the shortest and ${at(longest)} at the longest.`;
  const early = ` ${countOf(predating, "result")} ${predating === 1 ? "is" : "are"} dated before the claim, which has the date of its venue; such lives count as 0 months. ${countOf(atOnce, "defense")} lasted 0 months.`;
  return half + dates + (predating + atOnce === 0 ? "" : early);
}
