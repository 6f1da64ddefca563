import "server-only";
import { stageName } from "#contest/gauntlet.ts";
import { wilson } from "#contest/interval.ts";
import { UNRANKED, type UnrankedReason } from "#contest/ranking.ts";
import { wholePercents } from "#data/defense-board.ts";
import type { SubmissionRow } from "#data/submissions.ts";
import { database } from "#store/database.ts";

/** What came of a submission so far; accuracies are fractions in [0,1], null until measured. */
export interface Result {
  /** Points that the accuracies are over; for an attack, those of the challenge. */
  n: number;
  cleanAccuracy: number | null;
  robustAccuracy: number | null;
  /** Wilson 95 % interval of the robust accuracy. */
  interval: [number, number] | null;
  /** Accuracy on the holdout in whole percents. */
  holdoutAccuracy: number | null;
  level: string | null;
  ranked: boolean | null;
  unrankedBecause: string | null;
  /** For an attack: mean over the defenses met of broken / attacked; rows in the file, and those that count. */
  success: number | null;
  rows: number | null;
  admissible: number | null;
}

export function resultOf(row: SubmissionRow): Result | null {
  const { defense, attack } = row;
  if (attack)
    return {
      ...EMPTY,
      n: row.challenge.n,
      success: attack.success,
      rows: attack.submittedRows,
      admissible: attack.rows,
    };
  if (!defense || defense.n === 0) return null;
  const { n, clean, standing, level, unranked } = defense;
  return {
    ...EMPTY,
    n,
    cleanAccuracy: clean / n,
    robustAccuracy: standing / n,
    interval: wilson(standing, n),
    holdoutAccuracy: wholePercents(defense.holdoutRight, defense.holdoutN),
    level,
    ranked: unranked === null,
    unrankedBecause: unranked === null ? null : (UNRANKED[unranked as UnrankedReason] ?? unranked),
  };
}

const EMPTY: Result = {
  ...{ n: 0, cleanAccuracy: null, robustAccuracy: null, interval: null, holdoutAccuracy: null, level: null },
  ...{ ranked: null, unrankedBecause: null, success: null, rows: null, admissible: null },
};

/** One measurement as seen from one side: `id` and `name` are the other's, `evaluation` is its own id. */
export interface Meeting {
  evaluation: string;
  kind: "clean" | "holdout" | "attack" | "house";
  id: string | null;
  name: string;
  attacked: number;
  broken: number;
  /** Rows of the attack that count; null where no attack's file is measured. */
  admissible: number | null;
  invalid: number;
  standingAfter: number;
  evaluatorVersion: string;
  at: Date;
}

const SIDES = {
  attack: { select: { id: true, name: true, rows: true } },
  defense: { select: { id: true, name: true } },
} as const;
const MOST = 1000;

/** The evaluations of a defense or of an attack, latest first, at most 1,000. */
export async function meetingsOf(id: string, side: "defense" | "attack"): Promise<Meeting[]> {
  const rows = await database().evaluation.findMany({
    where: side === "defense" ? { defenseId: id } : { attackId: id },
    orderBy: { createdAt: "desc" },
    take: MOST,
    include: SIDES,
  });
  return rows.map(({ id, kind, subject, attack, defense, ...row }) => {
    const other = side === "attack" ? defense : attack;
    const { standingAfter, evaluatorVersion, createdAt } = row;
    // Rule 9: of the holdout only whole percents leave, and those stand on the defense itself.
    const { attacked, broken, invalid } = kind === "holdout" ? { attacked: 0, broken: 0, invalid: 0 } : row;
    return {
      evaluation: String(id),
      ...{ kind, id: other?.id ?? null, name: other?.name ?? stageName(subject), admissible: attack?.rows ?? null },
      ...{ attacked, broken, invalid, standingAfter, evaluatorVersion, at: createdAt },
    };
  });
}
