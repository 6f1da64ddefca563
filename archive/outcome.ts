import type { ArchiveRecord, ArchiveResult } from "#archive/record.ts";

/**
 * What was claimed, as robust accuracy in percent: the value where an accuracy was claimed, 100 - value where an attack's
 * success was. Null without a figure, and for rates of detection, which no accuracy can be set against.
 */
export function claimedAccuracy({ claim }: Pick<ArchiveRecord, "claim">): number | null {
  if (claim.robustAccuracyEquivalent !== undefined) return claim.robustAccuracyEquivalent;
  const isAccuracy = /accuracy/.test(claim.metric) && !/detection/.test(claim.metric);
  return isAccuracy ? claim.value : null;
}

/** The lowest later result that has a figure, in percent; null when none has. The earliest of equals. */
export function lowestResult({ breaks }: Pick<ArchiveRecord, "breaks">): ArchiveResult | null {
  return breaks.reduce<ArchiveResult | null>((lowest, result) => {
    const value = result.resultingRobustAccuracy;
    return value !== null && value < (lowest?.resultingRobustAccuracy ?? Number.POSITIVE_INFINITY) ? result : lowest;
  }, null);
}

/**
 * The result by which a record became `broken`: the first at or below half of the claim, or below 10 %. Where the status
 * was set by hand and no figure says it, the first attack, and failing that the first result. Null unless broken.
 */
export function breakingResult(record: ArchiveRecord): ArchiveResult | null {
  if (record.status !== "broken") return null;
  const half = (claimedAccuracy(record) ?? 0) / 2;
  const breaks = ({ resultingRobustAccuracy: value }: ArchiveResult) => value !== null && (value <= half || value < 10);
  const { breaks: results } = record;
  return results.find(breaks) ?? results.find(({ kind }) => kind === "attack") ?? results[0] ?? null;
}
