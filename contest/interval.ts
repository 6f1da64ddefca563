/** The 0.975 quantile of the standard normal distribution: two-sided 95 %. */
const Z = 1.959963984540054;

/**
 * Wilson's score interval at 95 % for `right` successes in `n` trials, as fractions in [0,1] (Wilson, Probable
 * inference, 1927, without continuity correction). [0,1] when n is 0: nothing is known.
 */
export function wilson(right: number, n: number): [low: number, high: number] {
  if (n === 0) return [0, 1];
  const p = right / n;
  const z2 = Z * Z;
  const centre = p + z2 / (2 * n);
  const half = Z * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  const low = (centre - half) / (1 + z2 / n);
  const high = (centre + half) / (1 + z2 / n);
  return [right === 0 ? 0 : Math.max(0, low), right === n ? 1 : Math.min(1, high)];
}

/** Whether an entry's interval lies below the leader's; where they overlap, the board calls the two not separable. */
export function separable(right: number, leader: number, n: number): boolean {
  return wilson(right, n)[1] < wilson(leader, n)[0];
}

/**
 * The one-sided two-proportion z statistic for "the accuracy on the points exceeds that on the holdout by more than
 * `gap`" (unpooled variance, since the null hypothesis is a difference of `gap`, not of 0).
 */
export function excessZ(
  points: { right: number; n: number },
  holdout: { right: number; n: number },
  gap: number,
): number {
  if (points.n === 0 || holdout.n === 0) return 0;
  const p = points.right / points.n;
  const q = holdout.right / holdout.n;
  // A half is added to each cell, so that 1000/1000 against 0/1000 has a variance at all.
  const smooth = (x: { right: number; n: number }) => (x.right + 0.5) / (x.n + 1);
  const variance = [points, holdout].reduce((sum, x) => sum + (smooth(x) * (1 - smooth(x))) / x.n, 0);
  return (p - q - gap) / Math.sqrt(variance);
}

/** The one-sided 0.001 quantile: rule 9 marks a defense memorised above it. */
const Z_MEMORISED = 3.090232306167813;

/** Rule 9: whether accuracy on the points exceeds that on the holdout by more than the baselines' own gap. */
export function isMemorised(
  points: { right: number; n: number },
  holdout: { right: number; n: number },
  baselineGap: number,
): boolean {
  return excessZ(points, holdout, baselineGap) > Z_MEMORISED;
}
