import fs from "node:fs";
import { CHECKS_OF, type Checked, type CheckId } from "#contest/flags.ts";
import type { GauntletTier } from "#contest/gauntlet.ts";
import type { CheckJob } from "#contest/job.ts";
import { progress, report } from "#evaluator/runner/channel.ts";
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
import { patientOf } from "#evaluator/runner/checks/patient.ts";
import { randomised } from "#evaluator/runner/checks/randomised.ts";
import { silentSuccess } from "#evaluator/runner/checks/silent-success.ts";
import { softmaxOutput } from "#evaluator/runner/checks/softmax-output.ts";
import { stateful } from "#evaluator/runner/checks/stateful.ts";
import { stepsNotMonotone } from "#evaluator/runner/checks/steps-not-monotone.ts";
import { unboundedAttackFails } from "#evaluator/runner/checks/unbounded-attack-fails.ts";
import { zeroGradients } from "#evaluator/runner/checks/zero-gradients.ts";
import { floatsOf } from "#evaluator/runner/rows.ts";
import { openVictim } from "#evaluator/runner/victim.ts";

/** Each check by the flag that it raises. */
export const CHECKS: Record<CheckId, Check> = {
  "epsilon-off-the-grid": epsilonOffTheGrid,
  randomised,
  "softmax-output": softmaxOutput,
  nondeterministic,
  stateful,
  "batch-dependent": batchDependent,
  "answers-off-the-grid": answersOffTheGrid,
  "nearest-point": nearestPoint,
  "zero-gradients": zeroGradients,
  "cross-entropy-underflow": crossEntropyUnderflow,
  "finite-differences": finiteDifferences,
  "silent-success": silentSuccess,
  "steps-not-monotone": stepsNotMonotone,
  "epsilon-not-monotone": epsilonNotMonotone,
  "unbounded-attack-fails": unboundedAttackFails,
  "iterations-still-gain": iterationsStillGain,
  "binarisation-test": binarisationTest,
};

/** Runs the checks of a tier and reports each. */
export async function check(job: CheckJob): Promise<void> {
  const rows = floatsOf("/in/rows.f32");
  const order = CHECKS_OF[job.tier];
  let done = 0;
  const victim = await openVictim(job, rows);
  const patient = await patientOf(job, victim, rows, () => progress(done, order.length));
  await runChecks(patient, job.tier, (checked) => {
    done++;
    report({ type: "checked", ...checked });
  });
}

/** A check that throws is one that failed, and is told so: it must not cost the others. */
export async function runChecks(
  patient: Patient,
  tier: GauntletTier,
  tell: (checked: Checked) => void,
  checks = CHECKS,
): Promise<void> {
  for (const id of CHECKS_OF[tier]) {
    try {
      tell({ check: id, found: await checks[id](patient) });
    } catch (error) {
      fs.writeSync(2, `could not be checked: ${id}: ${String(error).slice(0, 300)}\n`);
      tell({ check: id, found: "failed" });
    }
  }
}
