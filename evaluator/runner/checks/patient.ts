import type { CheckJob } from "#contest/job.ts";
import { answerOf } from "#contest/verdict.ts";
import type { Ball, Task } from "#evaluator/runner/attacks/attack.ts";
import type { Oracle } from "#evaluator/runner/attacks/pool.ts";
import { streamOf } from "#evaluator/runner/attacks/random.ts";
import { scoresAt } from "#evaluator/runner/checks/ask.ts";
import { binarisedOf } from "#evaluator/runner/checks/binarised.ts";
import type { Patient } from "#evaluator/runner/checks/check.ts";
import type { Victim } from "#evaluator/runner/victim.ts";

/** Inputs that checks look at, unless they ask for more: their cost is small beside a tier's on hundreds of points. */
const CHECKED = 64;

/** A model as checks see it, on `rows` [points, ...shape]. `alive` is called with every batch that it answers. */
export async function patientOf(
  job: CheckJob,
  victim: Victim,
  rows: Float32Array,
  alive: () => void = () => {},
): Promise<Patient> {
  const { norm, epsilon, range, grid, shape, classes, points } = job;
  const arena: Ball = { norm, epsilon, range, grid, shape, classes };
  const size = shape.reduce((a, b) => a * b, 1);
  if (rows.length !== points.length * size) throw new Error("rows.f32 has another length than the job says");
  const oracle: Patient["oracle"] = async (variant) => watched(await victim.oracle(variant), alive);
  const clean = points.map((_, row) => rows.subarray(row * size, (row + 1) * size));
  const logits = await scoresAt(await oracle("exact"), clean);
  const taskOf = (check: string, row: number): Task => ({
    ...{ point: points[row]!, arena, clean: clean[row]!, label: answerOf(logits[row]!, classes, 0), starts: [] },
    ...{ cleanLogits: logits[row]!, random: streamOf(job.seed, `check/${check}`, points[row]!) },
  });
  return {
    ...{ arena, survey: victim.survey, oracle },
    tasks(check, most = CHECKED) {
      const count = Math.min(most, points.length);
      return Array.from({ length: count }, (_, i) => taskOf(check, Math.floor((i * points.length) / count)));
    },
    binarised: () => binarisedOf(victim.model, victim.facts, job, rows),
  };
}

function watched(oracle: Oracle, alive: () => void): Oracle {
  return {
    batch: oracle.batch,
    scores(x, rows) {
      alive();
      return oracle.scores(x, rows);
    },
    verdicts(x, rows) {
      alive();
      return oracle.verdicts(x, rows);
    },
    gradients(...asked) {
      alive();
      return oracle.gradients(...asked);
    },
  };
}
