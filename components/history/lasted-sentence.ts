import { countOf } from "#components/ui/numbers.ts";
import type { LifetimeQuantile } from "#contest/survival.ts";

interface Lives {
  /** "hours" or "days". */
  unit: string;
  median: LifetimeQuantile;
  broke: number;
  stood: number;
}

/** What a survival curve of live defenses says, in whole units: how many broke, and after what time half had. */
export function lastedSentence({ unit, median, broke, stood }: Lives): string {
  const all = countOf(broke + stood, "defense");
  if (broke + stood === 0) return "No defense has been admitted yet.";
  const counted = `${broke} of ${all} broke`;
  if (median.time === null) return `${counted}; fewer than half are estimated to break in the time watched.`;
  const end = (time: number | null) => (time === null ? "not known" : countOf(time, unit.slice(0, -1)));
  return `${counted}. Half are estimated to have broken after ${end(median.time)} (95 % interval: ${end(median.low)} to ${end(median.high)}).`;
}
