import { monthsOf } from "#archive/lifetime.ts";
import { breakingResult, claimedAccuracy, lowestResult } from "#archive/outcome.ts";
import type { ArchiveRecord } from "#archive/record.ts";
import { asGiven } from "#components/archive/figures.tsx";

/** What became of a published defense, in a sentence. */
export function recordSentence(record: ArchiveRecord): string {
  const claimed = claimedAccuracy(record);
  const lowest = lowestResult(record)?.resultingRobustAccuracy;
  const claim = claimed === null ? "Made no claim that is an accuracy" : `Claimed ${asGiven(claimed)}`;
  if (record.breaks.length === 0) return `${claim}; no later result was found.`;
  const left =
    lowest === undefined || lowest === null
      ? "no later result gives a figure"
      : `the lowest later result left ${asGiven(lowest)}`;
  const end = breakingResult(record);
  return `${claim}; ${left}.${end ? ` Broken ${spanBetween(record.claim.date, end.date)}.` : ""}`;
}

/** How long after the claim, as exactly as the dates allow. */
function spanBetween(claim: string, end: string): string {
  const [from, to] = [monthsOf(claim), monthsOf(end)];
  const [least, most] = [to.first - from.last, to.last - from.first];
  if (most < 0) return `${months(-most)} before the date of its claim, which is that of its venue`;
  if (least === most) return most === 0 ? "in the month of its claim" : `${months(most)} after its claim`;
  return least <= 0
    ? `within ${months(Math.max(1, most))} of its claim`
    : `${least} to ${months(most)} after its claim`;
}

function months(count: number): string {
  return `${count} month${count === 1 ? "" : "s"}`;
}
