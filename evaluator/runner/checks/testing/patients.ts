import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readNpy } from "#arrays/npy.ts";
import type { CheckJob } from "#contest/job.ts";
import { answerOf } from "#contest/verdict.ts";
import { scoresAt } from "#evaluator/runner/checks/ask.ts";
import type { Patient } from "#evaluator/runner/checks/check.ts";
import { patientOf } from "#evaluator/runner/checks/patient.ts";
import { load } from "#evaluator/runner/session.ts";
import { admittedModel, victimOf } from "#evaluator/runner/victim.ts";
import { encode } from "#onnx/encode.ts";

const root = join(import.meta.dirname, "../../../..");

/** Inputs float32 [count, ...shape] in [0, 1] with their labels. */
export interface Rows {
  shape: number[];
  classes: number;
  x: Float32Array;
  labels: number[];
}

/** The first points of a bundled challenge of 8-bit images. */
export function pointsOf(challenge: string, count: number): Rows {
  const read = (name: string) => {
    const parsed = readNpy(readFileSync(join(root, `challenges/${challenge}/data/points_${name}.npy`)));
    if (!parsed.ok) throw new Error(parsed.problems[0]!.message);
    return parsed.array;
  };
  const x = read("x");
  const shape = x.shape.slice(1);
  const size = shape.reduce((a, b) => a * b, 1);
  return {
    ...{ shape, classes: 10 },
    x: Float32Array.from({ length: count * size }, (_, i) => Number(x.data[i]) / 255),
    labels: Array.from({ length: count }, (_, i) => Number(read("y").data[i])),
  };
}

export function modelFile(path: string): Uint8Array {
  return readFileSync(join(root, path));
}

/** A model, run by ONNX Runtime and differentiated, as checks see it: on the inputs that it answers rightly. */
export async function patientWith(
  model: Uint8Array,
  { shape, classes, x, labels }: Rows,
  over: Partial<CheckJob> = {},
): Promise<Patient> {
  const job: CheckJob = {
    ...{ kind: "check", tier: "full", shape, classes, norm: "Linf", epsilon: 25 / 255, range: [0, 1], grid: 255 },
    ...{ points: [...labels.keys()], seed: "00".repeat(8), provider: "cpu", batch: 64, draws: 1 },
    ...over,
  };
  const admitted = admittedModel(job, model);
  job.draws = admitted.noises.length > 0 ? 8 : 1;
  const victim = await victimOf(job, admitted, await load(encode(admitted.model)), x);
  const oracle = await victim.oracle("exact");
  const size = shape.reduce((a, b) => a * b, 1);
  const inputs = labels.map((_, row) => x.subarray(row * size, (row + 1) * size));
  const scores = await scoresAt(oracle, inputs);
  const right = labels.flatMap((label, row) => (answerOf(scores[row]!, classes, 0) === label ? [row] : []));
  const rows = Float32Array.from(right.flatMap((row) => [...inputs[row]!]));
  return patientOf({ ...job, points: right }, victim, rows);
}
