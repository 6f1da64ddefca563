// Carlini et al., "On evaluating adversarial robustness", 2019, https://arxiv.org/abs/1902.06705
import { apgd } from "#evaluator/runner/attacks/apgd.ts";
import type { Check } from "#evaluator/runner/checks/check.ts";
import { fallTo } from "#evaluator/runner/checks/fall-to.ts";

/** The dearest check: at most this many inputs. */
const INPUTS = 32;
/** Twice the full tier's. */
const ITERATIONS = 200;

/**
 * Raised if twice the iterations find more on points that stood after the full tier. What it means: the attacks had not
 * converged. What to do: more iterations and restarts.
 */
export const iterationsStillGain: Check = async ({ survey, oracle, tasks }) => {
  const given = tasks("iterations-still-gain", INPUTS);
  const [variant] = survey.variants;
  if (!variant || given.length === 0) return null;
  const climber = await oracle(variant);
  const fallen = new Set<number>();
  for (const loss of ["cross-entropy", "margin"] as const)
    for (const i of await fallTo(apgd({ loss, iterations: ITERATIONS }), given, climber)) fallen.add(i);
  return { inputs: given.length, found: fallen.size };
};
