import fs from "node:fs";
import type { Flag } from "#contest/flags.ts";
import type { GauntletTier } from "#contest/gauntlet.ts";
import { answersOffTheGrid } from "#evaluator/runner/checks/answers-off-the-grid.ts";
import { batchDependent } from "#evaluator/runner/checks/batch-dependent.ts";
import { binarisationTest } from "#evaluator/runner/checks/binarisation-test.ts";
import type { Check, Patient } from "#evaluator/runner/checks/check.ts";
import { crossEntropyUnderflow } from "#evaluator/runner/checks/cross-entropy-underflow.ts";
import { epsilonNotMonotone } from "#evaluator/runner/checks/epsilon-not-monotone.ts";
import { epsilonOffTheGrid } from "#evaluator/runner/checks/epsilon-off-the-grid.ts";
import { finiteDifferences } from "#evaluator/runner/checks/finite-differences.ts";
import { iterationsStillGain } from "#evaluator/runner/checks/iterations-still-gain.ts";
import { nearestPoint } from "#evaluator/runner/checks/nearest-point.ts";
import { nondeterministic } from "#evaluator/runner/checks/nondeterministic.ts";
import { randomised } from "#evaluator/runner/checks/randomised.ts";
import { silentSuccess } from "#evaluator/runner/checks/silent-success.ts";
import { softmaxOutput } from "#evaluator/runner/checks/softmax-output.ts";
import { stateful } from "#evaluator/runner/checks/stateful.ts";
import { stepsNotMonotone } from "#evaluator/runner/checks/steps-not-monotone.ts";
import { unboundedAttackFails } from "#evaluator/runner/checks/unbounded-attack-fails.ts";
import { zeroGradients } from "#evaluator/runner/checks/zero-gradients.ts";

/** Cheapest first: what a hostile model keeps the last ones from saying is least. */
export const CHECKS: readonly Check[] = [
  ...[epsilonOffTheGrid, randomised, softmaxOutput, nondeterministic, stateful, batchDependent],
  ...[answersOffTheGrid, nearestPoint, zeroGradients, crossEntropyUnderflow, finiteDifferences],
  ...[silentSuccess, stepsNotMonotone, epsilonNotMonotone, unboundedAttackFails, iterationsStillGain],
  binarisationTest,
];

/**
 * Hands over the flags that a model raises after a tier, one by one. A check that throws is one that did not finish, and
 * is told so: it must cost neither the others nor what the attacks have found.
 */
export async function runChecks(
  patient: Patient,
  tier: GauntletTier,
  raise: (flag: Flag) => void,
  checks = CHECKS,
): Promise<void> {
  for (const { id, tiers, run } of checks) {
    if (!tiers.includes(tier)) continue;
    try {
      const evidence = await run(patient);
      if (evidence) raise({ id, evidence });
    } catch (error) {
      fs.writeSync(2, `could not be checked: ${id}: ${String(error).slice(0, 300)}\n`);
      raise({ id: "check-not-finished", check: id, evidence: {} });
    }
  }
}
