import type { Arena } from "#contest/challenge.ts";

/** Without a grid, distances and ranges are compared in float64 with this much slack; on a grid there is none. */
export const SLACK = 1e-6;

/** Why a row does not count. `by` is in grid steps on a grid, in input units without. */
export type RowFault =
  | { rule: "not-finite"; value: number }
  | { rule: "out-of-range"; by: number }
  | { rule: "out-of-ball"; by: number }
  | { rule: "duplicate-index" }
  | { rule: "index-out-of-range" };

/** How far an admissible row lies from its point, in input units: largest change, Euclidean length, sum, count. */
export interface Distance {
  linf: number;
  l2: number;
  l1: number;
  l0: number;
}

export type RowVerdict = { admissible: true; distance: Distance } | { admissible: false; fault: RowFault };

/**
 * Rule 3: judges one row against its clean point, both `prod(shape)` values. On a grid, `row` is rounded to it IN PLACE
 * (integers are compared, with no slack), so that what the model then sees is what was judged and a model cannot tell
 * attacks by their fractions. Without a grid `row` is left as it is.
 */
export function judgeRow(row: Float32Array, clean: Float32Array, arena: Omit<Arena, "points">): RowVerdict {
  for (const value of row)
    if (!Number.isFinite(value)) return { admissible: false, fault: { rule: "not-finite", value } };
  const { grid } = arena;
  const scale = grid ?? 1;
  const slack = grid === null ? SLACK : 0;
  const low = whole(arena.range[0] * scale);
  const high = whole(arena.range[1] * scale);
  // Adding 0 turns -0 into 0: its sign would tell a model, and the search for duplicates, what rounding should hide.
  const at = grid === null ? (value: number) => value : (value: number) => Math.round(value * scale) + 0;
  let outside = 0;
  let linf = 0;
  let squares = 0;
  let l1 = 0;
  let l0 = 0;
  for (let i = 0; i < row.length; i++) {
    const value = at(row[i]!);
    outside = Math.max(outside, low - value, value - high);
    const change = Math.abs(value - at(clean[i]!));
    linf = Math.max(linf, change);
    squares += change * change;
    l1 += change;
    if (change > slack) l0++;
  }
  if (outside > slack) return { admissible: false, fault: { rule: "out-of-range", by: outside } };
  const over = excess(arena, scale, { linf, squares, l1, l0 });
  if (over > slack) return { admissible: false, fault: { rule: "out-of-ball", by: over } };
  if (grid !== null) for (let i = 0; i < row.length; i++) row[i] = at(row[i]!) / scale;
  return { admissible: true, distance: { linf: linf / scale, l2: Math.sqrt(squares) / scale, l1: l1 / scale, l0 } };
}

/** How far beyond the ball, in units of `1/scale`. Radii that are whole numbers of steps are compared as such. */
function excess(
  arena: Pick<Arena, "norm" | "epsilon">,
  scale: number,
  size: { linf: number; squares: number; l1: number; l0: number },
): number {
  const radius = arena.norm === "L0" ? arena.epsilon : whole(arena.epsilon * scale);
  switch (arena.norm) {
    case "Linf":
      return size.linf - radius;
    case "L2":
      // On a grid the sum of squares is exact, and so is the root where it is a whole radius: 0 on the sphere itself.
      return Math.sqrt(size.squares) - radius;
    case "L1":
      return size.l1 - radius;
    case "L0":
      return size.l0 - radius;
  }
}

/** 0.07 * 100 is 7.000000000000001: within a billionth of a whole number, the whole number is meant. */
function whole(value: number): number {
  return Math.abs(value - Math.round(value)) < 1e-9 ? Math.round(value) : value;
}
