import type { Breaker } from "#data/breaks.ts";
import type { Column } from "#data/table.ts";

/** A break: the record of a defense that an attack took across one of its challenge's thresholds. */
export interface BreakRow {
  id: string;
  at: Date;
  threshold: "weakened" | "broken" | "collapsed";
  /** The threshold itself: robust accuracy, a fraction. */
  under: number;
  challenge: { slug: string; title: string };
  defense: { id: string; name: string; author: { handle: string; name: string } };
  by: Breaker;
  claim: number;
  /** Points of the challenge, how many of them stood around the break, and how many the attack took. */
  n: number;
  standingBefore: number;
  standingAfter: number;
  taken: number;
  /** Milliseconds from the defense's admission to the break. */
  lasted: number;
  /** The evaluation that took the points, where the record names it. */
  evaluation: string | null;
  version: string;
}

const DAY = 86_400_000;

/** The columns of breaks, for page, CSV and JSON alike. */
export const breakColumns: readonly Column<BreakRow>[] = [
  { key: "id", head: "Id", about: "Its id: /breaks/{id}", value: (row) => row.id },
  { key: "at", head: "When", about: "When it happened", value: (row) => row.at.toISOString(), sort: "desc" },
  {
    key: "threshold",
    head: "Threshold",
    about: "Which threshold it crossed: weakened, broken or collapsed",
    value: (row) => row.threshold,
  },
  { key: "under", head: "Under", about: "That threshold as robust accuracy", value: (row) => row.under },
  { key: "challenge", head: "Challenge", about: "Its challenge", value: (row) => row.challenge.slug },
  { key: "defense", head: "Defense", about: "The name of the defense that fell", value: (row) => row.defense.name },
  { key: "defenseId", head: "Defense's id", about: "/defenses/{id}", value: (row) => row.defense.id },
  { key: "author", head: "Author", about: "The handle of its author", value: (row) => row.defense.author.handle },
  {
    key: "by",
    head: "By",
    about: "The attack: a participant's, or the house's by its name",
    value: (row) => row.by.name,
  },
  {
    key: "attack",
    head: "Attack",
    about: "The id of a participant's attack; empty for the house's",
    value: (row) => row.by.attack?.id ?? null,
  },
  {
    key: "breaker",
    head: "Breaker",
    about: "The handle of that attack's author",
    value: (row) => row.by.attack?.author.handle ?? null,
  },
  { key: "claim", head: "Claim", about: "Robust accuracy that the defense claims", value: (row) => row.claim },
  { key: "n", head: "Points", about: "Points of the challenge", value: (row) => row.n },
  { key: "before", head: "Before", about: "Robust accuracy before", value: (row) => row.standingBefore / row.n },
  { key: "after", head: "Robust accuracy", about: "Robust accuracy after", value: (row) => row.standingAfter / row.n },
  { key: "taken", head: "Taken", about: "Points that the attack took", value: (row) => row.taken, sort: "desc" },
  {
    key: "lasted",
    head: "Stood for",
    about: "Days from the defense's admission to the break",
    // To a thousandth of a day, which is a minute and a half.
    value: (row) => Math.round((row.lasted / DAY) * 1000) / 1000,
  },
  {
    key: "evaluation",
    head: "Evaluation",
    about: "The evaluation that took the points: /evaluations/{id}",
    value: (row) => row.evaluation,
  },
  { key: "version", head: "Evaluator", about: "The evaluator's version", value: (row) => row.version },
];
