import type { Column } from "#data/table.ts";

/** A line of the attack board by person. */
export interface AttackerRow {
  rank: number;
  person: { handle: string; name: string };
  house: boolean;
  score: number;
  firstBreaks: number;
  queries: number | null;
  attacks: number;
  firstAt: Date;
}

export const attackerColumns: readonly Column<AttackerRow>[] = [
  {
    key: "rank",
    head: "#",
    about: "Place by score, then first breaks, then fewer queries, then earlier",
    value: (row) => row.rank,
  },
  { key: "person", head: "Person", about: "Their handle", value: (row) => row.person.handle },
  {
    key: "score",
    head: "Score",
    about:
      "Fraction of a defense's clean-correct points that all their examples together break, averaged over the ranked defenses of others",
    value: (row) => row.score,
  },
  {
    key: "firstBreaks",
    head: "First breaks",
    about: "Points of a defense that nobody, the house included, had broken before",
    value: (row) => row.firstBreaks,
  },
  {
    key: "queries",
    head: "Queries",
    about: "Queries spent: counted where models can only be asked, stated elsewhere",
    value: (row) => row.queries,
  },
  {
    key: "attacks",
    head: "Attacks",
    about: "Attacks they submitted, and of the house those that it runs",
    value: (row) => row.attacks,
  },
  { key: "house", head: "House", about: "Whether these are the house's or the baselines'", value: (row) => row.house },
  {
    key: "first",
    head: "First at",
    about: "When their first attack arrived",
    value: (row) => row.firstAt.toISOString(),
  },
];

/** A line of the attack board by attack. */
export interface AttackRow {
  /** Unique on the board: the id, or the name in stages of one that the house runs itself. */
  key: string;
  id: string | null;
  name: string;
  author: { handle: string; name: string };
  house: boolean;
  baseline: boolean;
  success: number;
  met: number;
  /** Null for the house's own, which makes its examples anew for each defense. */
  rows: number | null;
  submittedRows: number | null;
  queries: number | null;
  withdrawn: boolean;
  receivedAt: Date;
}

export const attackColumns: readonly Column<AttackRow>[] = [
  { key: "name", head: "Attack", about: "Its name", value: (row) => row.name, sort: "asc" },
  { key: "id", head: "Id", about: "Its id: /attacks/{id}; none for the house's own", value: (row) => row.id },
  { key: "author", head: "Author", about: "The handle of its author", value: (row) => row.author.handle },
  {
    key: "success",
    head: "Success",
    about:
      "Fraction of a defense's clean-correct points that it breaks, averaged over the defenses that it met; the house's own are run on what still stands only",
    value: (row) => row.success,
    sort: "desc",
  },
  { key: "met", head: "Met", about: "Defenses that it was measured against", value: (row) => row.met, sort: "desc" },
  {
    key: "rows",
    head: "Admissible",
    about: "Rows that count: of the right type, finite, in range and inside the ball",
    value: (row) => row.rows,
    sort: "desc",
  },
  { key: "submittedRows", head: "Rows", about: "Rows in its file", value: (row) => row.submittedRows },
  {
    key: "queries",
    head: "Queries",
    about: "Queries spent a point, where stated; measured for the house's own",
    value: (row) => row.queries,
  },
  {
    key: "house",
    head: "House",
    about: "Whether the house runs it itself on every defense",
    value: (row) => row.house,
  },
  { key: "baseline", head: "Baseline", about: "Whether it came with the challenge", value: (row) => row.baseline },
  {
    key: "withdrawn",
    head: "Withdrawn",
    about: "Whether its author withdrew it; what it broke stays broken",
    value: (row) => row.withdrawn,
  },
  {
    key: "received",
    head: "Received",
    about: "When its upload was complete; of the house's own, when it was run first",
    value: (row) => row.receivedAt.toISOString(),
    sort: "desc",
  },
];
