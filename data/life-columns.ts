import type { Breaker } from "#data/breaks.ts";
import type { Column } from "#data/table.ts";

/** How long a defense stood above one of its challenge's thresholds. Times are those of the admission and of the break. */
export interface LifeRow {
  id: string;
  name: string;
  author: { handle: string; name: string };
  entered: Date;
  /** When it fell below the threshold; null where it stood. */
  ended: Date | null;
  /** What took it there; null where it stood, and where it lay below the threshold unattacked. */
  by: Breaker | null;
  /** Days from its admission to its end, or as far as it was watched. */
  lasted: number;
  claim: number;
  /** Robust accuracy, a fraction. */
  robust: number;
}

/** The columns of a challenge's history, for page, CSV and JSON alike. */
export const lifeColumns: readonly Column<LifeRow>[] = [
  { key: "name", head: "Defense", about: "Its name", value: (row) => row.name, sort: "asc" },
  { key: "id", head: "Id", about: "Its id: /defenses/{id}", value: (row) => row.id },
  { key: "author", head: "Author", about: "The handle of its author", value: (row) => row.author.handle },
  {
    key: "entered",
    head: "Entered",
    about: "When it was admitted",
    value: (row) => row.entered.toISOString(),
    sort: "desc",
  },
  {
    key: "ended",
    head: "Broke",
    about: "When it fell below the threshold; empty where it stood",
    value: (row) => row.ended?.toISOString() ?? null,
    sort: "desc",
  },
  {
    key: "lasted",
    head: "Stood for",
    about: "Days from the admission to the break, or until the moment shown where it stood",
    value: (row) => row.lasted,
    sort: "desc",
  },
  {
    key: "by",
    head: "Broken by",
    about: "What broke it: an attack, or the house's by its name",
    value: (row) => row.by?.name ?? null,
  },
  {
    key: "attack",
    head: "Attack",
    about: "The id of a participant's attack",
    value: (row) => row.by?.attack?.id ?? null,
  },
  {
    key: "breaker",
    head: "Breaker",
    about: "The handle of that attack's author",
    value: (row) => row.by?.attack?.author.handle ?? null,
  },
  {
    key: "claim",
    head: "Claim",
    about: "Robust accuracy that its author claims",
    value: (row) => row.claim,
    sort: "desc",
  },
  { key: "robust", head: "Robust accuracy", about: "What it kept", value: (row) => row.robust },
];
