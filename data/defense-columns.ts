import { UNRANKED, type UnrankedReason } from "#contest/ranking.ts";
import type { Level } from "#contest/standing.ts";
import type { Column } from "#data/table.ts";

/** A line of the defense board. Accuracies are fractions, null until they have been measured. */
export interface DefenseRow {
  id: string;
  /** Null for those that are listed but not ranked. */
  rank: number | null;
  name: string;
  author: { handle: string; name: string };
  claim: number;
  n: number;
  robust: number | null;
  /** Wilson 95 % interval of `robust`. */
  low: number | null;
  high: number | null;
  clean: number | null;
  /** Whole percents: nothing finer leaves the holdout (rule 9). */
  holdout: number | null;
  faced: number;
  level: Level;
  tier: "none" | "quick" | "full";
  unranked: UnrankedReason | null;
  /** Rule 12: false where the interval overlaps the leader's. The leader itself, and the unranked, have null. */
  separable: boolean | null;
  receivedAt: Date;
}

/** The defense board's columns, for page, CSV and JSON alike. */
export const defenseColumns: readonly Column<DefenseRow>[] = [
  {
    key: "rank",
    head: "#",
    about: "Place by robust accuracy, then clean accuracy, then earlier receipt; empty where not ranked",
    value: (row) => row.rank,
    sort: "asc",
  },
  { key: "name", head: "Defense", about: "Its name", value: (row) => row.name, sort: "asc" },
  { key: "id", head: "Id", about: "Its id: /defenses/{id}", value: (row) => row.id },
  { key: "author", head: "Author", about: "The handle of its author", value: (row) => row.author.handle },
  {
    key: "robust",
    head: "Robust accuracy",
    about: "Fraction of the points answered rightly under every attack so far",
    value: (row) => row.robust,
    sort: "desc",
  },
  { key: "low", head: "From", about: "Lower end of the Wilson 95 % interval", value: (row) => row.low },
  { key: "high", head: "To", about: "Upper end of the Wilson 95 % interval", value: (row) => row.high },
  {
    key: "separable",
    head: "Separable",
    about: "False where the interval overlaps the leader's",
    value: (row) => row.separable,
  },
  { key: "n", head: "Points", about: "Points that it was measured on", value: (row) => row.n },
  {
    key: "level",
    head: "Level",
    about: "standing, or the lowest threshold of the challenge that it has fallen below",
    value: (row) => row.level,
  },
  {
    key: "claim",
    head: "Claim",
    about: "Robust accuracy that its author claims",
    value: (row) => row.claim,
    sort: "desc",
  },
  {
    key: "clean",
    head: "Clean",
    about: "Fraction of the unattacked points answered rightly",
    value: (row) => row.clean,
    sort: "desc",
  },
  {
    key: "holdout",
    head: "Holdout",
    about: "Accuracy on hidden inputs, rounded to whole percents",
    value: (row) => row.holdout,
    sort: "desc",
  },
  { key: "faced", head: "Faced", about: "Attacks faced so far", value: (row) => row.faced, sort: "desc" },
  {
    key: "tier",
    head: "Tier",
    about: "How far it is through the gauntlet: none, quick or full",
    value: (row) => row.tier,
  },
  {
    key: "unranked",
    head: "Not ranked because",
    about: "Why it is listed without a rank; empty where it has one",
    value: (row) => (row.unranked === null ? null : UNRANKED[row.unranked]),
  },
  {
    key: "received",
    head: "Received",
    about: "When its upload was complete",
    value: (row) => row.receivedAt.toISOString(),
    sort: "desc",
  },
];
