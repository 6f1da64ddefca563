import fs from "node:fs";
import type { Flag } from "#contest/flags.ts";
import { blackBox } from "#evaluator/runner/checks/black-box.ts";
import type { Check, Patient } from "#evaluator/runner/checks/check.ts";
import { softmaxOutput } from "#evaluator/runner/checks/softmax-output.ts";
import { zeroGradients } from "#evaluator/runner/checks/zero-gradients.ts";

const CHECKS: readonly Check[] = [zeroGradients, softmaxOutput, blackBox];

/** The flags that a model raises. A check that throws raises none and is told to standard error alone: it must not cost what the attacks have found. */
export async function runChecks(patient: Patient, checks = CHECKS): Promise<Flag[]> {
  const flags: Flag[] = [];
  for (const check of checks) {
    const evidence = await check.run(patient).catch((error: unknown) => {
      fs.writeSync(2, `could not be checked: ${check.id}: ${String(error)}\n`);
      return null;
    });
    if (evidence) flags.push({ id: check.id, evidence });
  }
  return flags;
}
