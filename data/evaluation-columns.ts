import type { Column } from "#data/table.ts";

/** An evaluation as a line: of a defense's table (`other` is the attack) or of an attack's (`other` is the defense). */
export interface EvaluationRow {
  id: string;
  kind: "clean" | "holdout" | "attack" | "house";
  /** The attack's id, "clean", "holdout", or the house attack's name. */
  subject: string;
  other: { id: string; name: string; author: { handle: string; name: string } } | null;
  attacked: number;
  broken: number;
  /** Broken / clean-correct (rule 10); for the clean points themselves, wrong / all; null for the holdout. */
  fraction: number | null;
  taken: number;
  standingAfter: number;
  invalid: number;
  crashed: number;
  evaluatorVersion: string;
  at: Date;
}

const at: Column<EvaluationRow> = {
  key: "at",
  head: "Measured",
  about: "When it was measured",
  value: (row) => row.at.toISOString(),
  sort: "desc",
};
const results: Column<EvaluationRow>[] = [
  { key: "otherId", head: "Other id", about: "The id of the other side", value: (row) => row.other?.id ?? null },
  {
    key: "attacked",
    head: "Attacked",
    about: "Admissible examples of points that the defense answers rightly when clean",
    value: (row) => row.attacked,
  },
  { key: "broken", head: "Broken", about: "Of those, answered wrongly", value: (row) => row.broken, sort: "desc" },
  {
    key: "fraction",
    head: "Share broken",
    about: "Fraction of the points that the defense answers rightly when clean; of all of them where nothing attacked",
    value: (row) => row.fraction,
  },
  {
    key: "taken",
    head: "Taken",
    about: "Points that were standing until then",
    value: (row) => row.taken,
    sort: "desc",
  },
  { key: "standing", head: "Standing after", about: "Points standing after it", value: (row) => row.standingAfter },
  { key: "invalid", head: "Invalid", about: "Rows without a valid answer", value: (row) => row.invalid },
  { key: "crashed", head: "Crashed", about: "Rows whose run crashed twice", value: (row) => row.crashed },
  { key: "version", head: "Evaluator", about: "Version of the evaluator", value: (row) => row.evaluatorVersion },
  { key: "evaluation", head: "Evaluation", about: "Its id: /evaluations/{id}", value: (row) => row.id },
];

/** The evaluations of a defense. */
export const evaluationColumns: readonly Column<EvaluationRow>[] = [
  at,
  { key: "kind", head: "Kind", about: "clean, holdout, attack or house", value: (row) => row.kind },
  {
    key: "subject",
    head: "Measured with",
    about: "The attack's name, or the house attack's",
    value: (row) => row.other?.name ?? row.subject,
  },
  ...results,
];

/** The evaluations of an attack. */
export const meetingColumns: readonly Column<EvaluationRow>[] = [
  { key: "defense", head: "Defense", about: "The defense's name", value: (row) => row.other?.name ?? null },
  ...results,
  at,
];
