import { FacedDetail, RankedDetail, TierDetail } from "#contest/history.ts";
import { UNRANKED, type UnrankedReason } from "#contest/ranking.ts";
import type { Breaker } from "#data/breaks.ts";
import type { Column } from "#data/table.ts";

/** A row of a defense's record. Standings are counts of its `n` points. */
export interface HistoryRow {
  id: bigint;
  kind: string;
  at: Date;
  n: number;
  threshold: string | null;
  standingBefore: number | null;
  standingAfter: number | null;
  taken: number | null;
  evaluatorVersion: string;
  detail: unknown;
  /** Of a fall: the id of the evaluation that took the points. */
  evaluation: string | null;
  flagged: { id: string | null; words: string } | null;
  by: Breaker;
}

const fraction = (standing: number | null, n: number) => (standing === null || n === 0 ? null : standing / n);

/** The columns of a defense's record, for page, CSV and JSON alike. */
export const historyColumns: readonly Column<HistoryRow>[] = [
  { key: "at", head: "When", about: "When it happened", value: (row) => row.at.toISOString(), sort: "asc" },
  {
    key: "kind",
    head: "What",
    about:
      "claimed, admitted, faced (so many attacks), fell (lost points), broken (crossed a threshold), claim_refuted, flagged, gauntlet (a tier passed), ranked (its place given or taken), led (led the challenge from then on), chosen, withdrawn or rescored",
    value: (row) => row.kind,
  },
  {
    key: "threshold",
    head: "Threshold",
    about: "Of a break: which threshold it crossed",
    value: (row) => row.threshold,
  },
  {
    key: "by",
    head: "By",
    about: "The attack that did it: a participant's, or the house's by its name",
    value: (row) => (row.by.attack || row.evaluation || row.kind === "broken" ? row.by.name : null),
  },
  {
    key: "attack",
    head: "Attack",
    about: "The id of a participant's attack",
    value: (row) => row.by.attack?.id ?? null,
  },
  {
    key: "author",
    head: "Author",
    about: "The handle of that attack's author",
    value: (row) => row.by.attack?.author.handle ?? null,
  },
  { key: "taken", head: "Taken", about: "Points taken", value: (row) => row.taken, sort: "desc" },
  {
    key: "robustBefore",
    head: "Before",
    about: "Robust accuracy before",
    value: (row) => fraction(row.standingBefore, row.n),
  },
  {
    key: "robust",
    head: "Robust accuracy",
    about: "Robust accuracy from then on, where this says it",
    value: (row) => fraction(row.standingAfter, row.n),
  },
  { key: "note", head: "Note", about: "What else was recorded: a flag, a tier, a reason, a number", value: note },
  {
    key: "evaluation",
    head: "Evaluation",
    about: "The evaluation that says so: /evaluations/{id}",
    value: (row) => row.evaluation,
  },
  {
    key: "version",
    head: "Evaluator",
    about: "The evaluator's version, or who else wrote it",
    value: (row) => row.evaluatorVersion,
  },
];

function note({ kind, detail, flagged }: HistoryRow): string | number | null {
  if (kind === "faced") return FacedDetail.parse(detail).faced;
  if (kind === "gauntlet") return TierDetail.parse(detail).tier;
  if (kind === "flagged") return flagged?.id ?? flagged?.words ?? null;
  if (kind !== "ranked") return null;
  const { unranked } = RankedDetail.parse(detail);
  return unranked === null ? "ranked" : `not ranked: ${UNRANKED[unranked as UnrankedReason] ?? unranked}`;
}
