import type { Check } from "#evaluator/runner/checks/check.ts";

/**
 * Raised if an L-infinity radius is not a whole number of grid steps. What it means: the ball that is searched is a
 * little smaller than it says. What to do: give it as a fraction of the grid. No challenge can open with one; the command line takes any.
 */
export const epsilonOffTheGrid: Check = async ({ arena: { norm, grid, epsilon } }) => {
  if (norm !== "Linf" || grid === null) return null;
  return { steps: epsilon * grid };
};
