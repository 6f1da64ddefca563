import fs from "node:fs";
import { env as ort } from "onnxruntime-node";
import { report } from "#evaluator/runner/channel.ts";
import { type NoiseSource, noiseSourceOf } from "#evaluator/runner/noise-source.ts";
import { load, type Runner, runnerOf } from "#evaluator/runner/session.ts";
import { check } from "#onnx/check.ts";
import { encode } from "#onnx/encode.ts";
import { seedRandomness } from "#onnx/randomness.ts";

/** An admitted model, ready to answer rows. `noise` is null for a model without random ops. */
export interface OpenDefense extends Runner {
  noise: NoiseSource | null;
  classes: number;
  size: number;
}

/** Loads /in/model.onnx, the canonical bytes of an admitted defense. Throws if it cannot be loaded: it could once. */
export async function openDefense(job: { shape: number[]; classes: number; batch: number }): Promise<OpenDefense> {
  const bytes = fs.readFileSync("/in/model.onnx");
  const checked = check(bytes, job);
  if (!checked.ok) throw new Error(`an admitted model is refused: ${checked.problems[0]!.code}`);
  const { model, facts } = checked;
  const seeded = facts.randomOps > 0 ? seedRandomness(model) : null;
  if (seeded && !seeded.ok) throw new Error(`an admitted model is refused: ${seeded.problems[0]!.code}`);
  const noise = seeded && (await noiseSourceOf(model, seeded.noises, facts, job));
  const session = await load(seeded ? encode(seeded.model) : bytes);
  report({ type: "ready", ort: ort.versions.node ?? "", provider: "cpu" });
  const batch = noise && !noise.perRow ? 1 : job.batch;
  return {
    ...runnerOf(session, facts, job, batch),
    noise,
    classes: job.classes,
    size: job.shape.reduce((a, b) => a * b, 1),
  };
}
