/** Why a defense is listed but not ranked; null means ranked. The order is the order in which reasons are tried. */
export const UNRANKED = {
  baseline: "a baseline of the challenge",
  organizer: "submitted by the challenge's organizer",
  withdrawn: "withdrawn by its author",
  disqualified: "its answers depend on more than the input, or its process gave a report that cannot be true",
  unverified: "its author's e-mail is not verified and no organizer has approved them",
  gauntlet: "the gauntlet could not run on it: its process died under attack, or it is too slow",
  tier: "has not been through the full gauntlet yet",
  "clean-accuracy": "below the challenge's minimum clean accuracy",
  memorised: "more accurate on the public points than on the holdout",
  "not-chosen": "its author ranks another of their defenses",
} as const;
export type UnrankedReason = keyof typeof UNRANKED;

export interface RankedEntry {
  standing: number;
  clean: number;
  receivedAt: Date;
}

/** Rule 8: by robust accuracy, then clean accuracy, then earlier receipt. */
export function compareDefenses(a: RankedEntry, b: RankedEntry): number {
  return b.standing - a.standing || b.clean - a.clean || a.receivedAt.getTime() - b.receivedAt.getTime();
}

/** Rule 10: a row within this many grid steps (L-infinity) of an earlier one by somebody else earns nothing. */
export const COPY_STEPS = 2;

/** Whether `row` copies `earlier` (float32 values, same length): within 2 grid steps, or 2/255 where there is no grid. */
export function isCopy(row: Float32Array, earlier: Float32Array, grid: number | null): boolean {
  const reach = (COPY_STEPS + 1e-3) / (grid ?? 255);
  for (let i = 0; i < row.length; i++) if (Math.abs(row[i]! - earlier[i]!) > reach) return false;
  return true;
}

export interface Candidate extends RankedEntry {
  id: string;
  personId: string;
  baseline: boolean;
  byOrganizer: boolean;
  withdrawn: boolean;
  disqualified: boolean;
  verified: boolean;
  tier: string;
  /** How its process ended in a tier of the gauntlet that could not be run. */
  gauntletFault: string | null;
  n: number;
  memorised: boolean;
  chosen: boolean;
}

/**
 * Rule 8 for a whole challenge: why each defense is not ranked, null where it is. Of one person's admissible defenses
 * the chosen one is ranked, the best where none is chosen.
 */
export function rankingReasons(
  candidates: Candidate[],
  minimumCleanAccuracy: number,
): Map<string, UnrankedReason | null> {
  const reasons = new Map<string, UnrankedReason | null>();
  const best = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const reason = ownReason(candidate, minimumCleanAccuracy);
    reasons.set(candidate.id, reason);
    if (reason !== null) continue;
    const rival = best.get(candidate.personId);
    if (!rival || preferred(candidate, rival)) best.set(candidate.personId, candidate);
  }
  for (const candidate of candidates)
    if (reasons.get(candidate.id) === null && best.get(candidate.personId) !== candidate)
      reasons.set(candidate.id, "not-chosen");
  return reasons;
}

function preferred(a: Candidate, b: Candidate): boolean {
  return a.chosen === b.chosen ? compareDefenses(a, b) < 0 : a.chosen;
}

function ownReason(candidate: Candidate, minimumCleanAccuracy: number): UnrankedReason | null {
  if (candidate.baseline) return "baseline";
  if (candidate.byOrganizer) return "organizer";
  if (candidate.withdrawn) return "withdrawn";
  if (candidate.disqualified) return "disqualified";
  if (!candidate.verified) return "unverified";
  if (candidate.gauntletFault !== null) return "gauntlet";
  if (candidate.tier !== "full") return "tier";
  if (candidate.clean / candidate.n < minimumCleanAccuracy) return "clean-accuracy";
  if (candidate.memorised) return "memorised";
  return null;
}
