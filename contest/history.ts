import * as z from "zod";

/**
 * What a defense was at any time, replayed from its record: rows that are only ever added. Standings are counts of
 * points.
 */

/** A row of the record, as far as the state of a defense follows from it. */
export interface RecordRow {
  kind: string;
  at: Date;
  standingAfter: number | null;
  detail: unknown;
}

export interface HistoryState {
  /** Points that stand; null before it was admitted. */
  standing: number | null;
  /** Attacks faced, at least: the record has a row at 1, 2, 5, 10, 20, 50, ... */
  faced: number;
  tier: string;
  /** Why it is not ranked, null where it is: a key of contest/ranking.ts UNRANKED. */
  unranked: string | null;
  withdrawn: boolean;
  refuted: boolean;
}

/** What a defense is before anything is recorded of it. */
const BEGINNING: HistoryState = {
  standing: null,
  faced: 0,
  tier: "none",
  unranked: "tier",
  withdrawn: false,
  refuted: false,
};

/** Kinds of rows after which another number of points stands. */
export const STANDING_KINDS = ["admitted", "fell", "rescored"] as const;

/** What rows of these kinds tell in their detail. */
export const RankedDetail = z.object({ unranked: z.string().nullable() });
export const TierDetail = z.object({ tier: z.string() });
export const FacedDetail = z.object({ faced: z.int().min(0) });

/**
 * The state of a defense after `rows`, which come in order of time, or after those of them up to and including `until`.
 * Throws ZodError where a row's detail is not that of its kind: the evaluator wrote it.
 */
export function replay(rows: Iterable<RecordRow>, until?: Date): HistoryState {
  const state = { ...BEGINNING };
  for (const { kind, at, standingAfter, detail } of rows) {
    if (until && at > until) break;
    if (STANDING_KINDS.some((known) => known === kind)) state.standing = standingAfter;
    else if (kind === "faced") state.faced = FacedDetail.parse(detail).faced;
    else if (kind === "gauntlet") state.tier = TierDetail.parse(detail).tier;
    else if (kind === "ranked") state.unranked = RankedDetail.parse(detail).unranked;
    else if (kind === "withdrawn") state.withdrawn = true;
    else if (kind === "claim_refuted") state.refuted = true;
  }
  return state;
}

/** Whether the record has a row when a defense has met so many attacks: 1, 2, 5, 10, 20, 50, 100, ... */
export function isMilestone(faced: number): boolean {
  return /^[125]0*$/.test(String(faced));
}
