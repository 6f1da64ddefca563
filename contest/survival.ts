/**
 * How long things last when some of them still do (Kaplan and Meier, Nonparametric estimation from incomplete
 * observations, 1958, https://doi.org/10.2307/2281868).
 */

/** The 0.975 quantile of the standard normal distribution: two-sided 95 %. */
const Z = 1.959963984540054;

/** How long one of them was watched, in any unit, from 0; `ended` is false where it still stood then (censored). */
export interface Lifetime {
  time: number;
  ended: boolean;
}

/** The estimate from `time` on, until the next step. */
export interface SurvivalStep {
  time: number;
  /** Watched until just before `time`. */
  atRisk: number;
  /** Ended at `time`. */
  ended: number;
  /** Last seen standing at `time`; those who end then are counted before them. */
  censored: number;
  /** Estimated fraction that lasts beyond `time`. */
  survival: number;
  /** Greenwood's standard error of `survival`. */
  error: number;
  /** 95 % interval on the log(-log) scale, inside [0,1]; null once nobody is left, where the scale has no value. */
  low: number | null;
  high: number | null;
}

/**
 * The Kaplan-Meier curve: a step for each time at which something ended or was last seen, ascending. Empty without
 * lifetimes. Before the first step everything survives. Throws RangeError on a time below 0 or not finite.
 */
export function kaplanMeier(lifetimes: readonly Lifetime[]): SurvivalStep[] {
  for (const { time } of lifetimes)
    if (!(time >= 0 && Number.isFinite(time))) throw new RangeError(`A lifetime of ${time}.`);
  const byTime = Map.groupBy(lifetimes, ({ time }) => time);
  const steps: SurvivalStep[] = [];
  let atRisk = lifetimes.length;
  let survival = 1;
  let greenwood = 0;
  for (const [time, group] of [...byTime].sort(([a], [b]) => a - b)) {
    const ended = group.filter((lifetime) => lifetime.ended).length;
    // Exactly 0 when all that are left end, whatever was rounded before.
    survival *= (atRisk - ended) / atRisk;
    greenwood += ended / (atRisk * (atRisk - ended));
    const error = survival === 0 ? 0 : survival * Math.sqrt(greenwood);
    const [low, high] = logLogInterval(survival, greenwood);
    steps.push({ time, atRisk, ended, censored: group.length - ended, survival, error, low, high });
    atRisk -= group.length;
  }
  return steps;
}

/**
 * A curve as a table that can be read, of at most `most` rows: intervals of equal length, of each how many were at risk when
 * it began, ended in it and were last seen in it, and the estimate at its last step. Shorter curves stay as they are.
 */
export function lifeTable(curve: readonly SurvivalStep[], most: number): readonly SurvivalStep[] {
  if (curve.length <= most) return curve;
  const length = Math.ceil((curve.at(-1)!.time + 1) / most);
  const total = (steps: SurvivalStep[], of: "ended" | "censored") => steps.reduce((sum, step) => sum + step[of], 0);
  return Array.from(Map.groupBy(curve, ({ time }) => Math.floor(time / length)).values(), (steps) => ({
    ...steps.at(-1)!,
    atRisk: steps[0]!.atRisk,
    ended: total(steps, "ended"),
    censored: total(steps, "censored"),
  }));
}

function logLogInterval(survival: number, greenwood: number): [low: number | null, high: number | null] {
  if (survival === 0) return [null, null];
  if (survival === 1) return [1, 1];
  const half = (Z * Math.sqrt(greenwood)) / Math.abs(Math.log(survival));
  return [survival ** Math.exp(half), survival ** Math.exp(-half)];
}

/** A time with its 95 % interval; an end is null where the curve does not go far enough down to say. */
export interface LifetimeQuantile {
  time: number | null;
  low: number | null;
  high: number | null;
}

/**
 * When half of them have ended: the first time at which the curve is at or below one half, with the interval of
 * Brookmeyer and Crowley (1982): where the curve's own lower and upper ends come there.
 */
export function medianLifetime(curve: readonly SurvivalStep[]): LifetimeQuantile {
  const first = (at: (step: SurvivalStep) => number) => curve.find((step) => at(step) <= 0.5)?.time ?? null;
  return {
    time: first(({ survival }) => survival),
    low: first(({ survival, low }) => low ?? survival),
    // Once nobody is left the upper end has no value; it has not come down by then.
    high: first(({ high }) => high ?? 1),
  };
}

/** The estimated fraction that lasts beyond `time`. */
export function survivalAt(curve: readonly SurvivalStep[], time: number): number {
  return curve.findLast((step) => step.time <= time)?.survival ?? 1;
}
