export interface Thresholds {
  weakened: number;
  broken: number;
  collapsed: number;
}

export const LEVELS = ["standing", "weakened", "broken", "collapsed"] as const;
export type Level = (typeof LEVELS)[number];

/** Where a defense stands: the lowest threshold that its robust accuracy (a fraction) lies below. */
export function levelOf(robustAccuracy: number, thresholds: Thresholds): Level {
  if (robustAccuracy < thresholds.collapsed) return "collapsed";
  if (robustAccuracy < thresholds.broken) return "broken";
  if (robustAccuracy < thresholds.weakened) return "weakened";
  return "standing";
}

/** The thresholds crossed by a fall from `before` to `after` points out of `n`, highest first: each is a break. */
export function breaksOf(
  before: number,
  after: number,
  n: number,
  thresholds: Thresholds,
): Exclude<Level, "standing">[] {
  const from = LEVELS.indexOf(levelOf(before / n, thresholds));
  const to = LEVELS.indexOf(levelOf(after / n, thresholds));
  return LEVELS.slice(from + 1, to + 1) as Exclude<Level, "standing">[];
}
