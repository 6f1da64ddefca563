import fs from "node:fs";
import { Tensor } from "onnxruntime-node";
import type { ModelFacts } from "#contest/report.ts";
import { fillNoise } from "#evaluator/runner/noise.ts";
import { load, runnerOf } from "#evaluator/runner/session.ts";
import { encode } from "#onnx/encode.ts";
import type { Model } from "#onnx/model.ts";
import { exposeOutputs, type Noise } from "#onnx/randomness.ts";

const KEY_BYTES = 16;

export interface NoiseSource {
  /** Every noise tensor has one part per row of the batch: draws of one row may share a run. */
  perRow: boolean;
  /** Takes other keys, 16 bytes a row, than those of /in/keys.bin. */
  rekey(keys: Uint8Array): void;
  /** The noise of draws `draw`..`draw + width - 1` of a row. */
  feeds(row: number, draw: number, width: number): Record<string, Tensor>;
}

/** Learns the shapes of a model's noises by running it at two batch sizes, and gives the noise of each row and draw. */
export async function noiseSourceOf(
  model: Model,
  noises: Noise[],
  facts: ModelFacts,
  task: { shape: number[]; classes: number },
): Promise<NoiseSource> {
  const batches = facts.batch === "dynamic" ? [2, 3] : [facts.batch];
  const traced = await noiseDims(model, noises, facts, task, batches);
  const perRow = facts.batch === "dynamic" && traced.every(([two, three]) => two![0] === 2 && three![0] === 3);
  let keys: Uint8Array = fs.existsSync("/in/keys.bin") ? fs.readFileSync("/in/keys.bin") : Buffer.alloc(0);
  return {
    perRow,
    rekey(other) {
      keys = other;
    },
    feeds(row, draw, width) {
      const key = new DataView(keys.buffer, keys.byteOffset + row * KEY_BYTES, KEY_BYTES);
      return Object.fromEntries(
        noises.map(({ name, distribution }, stream) => {
          const dims = [...traced[stream]![0]!];
          if (perRow) dims[0] = width;
          const values = new Float32Array(dims.reduce((a, b) => a * b, 1));
          const part = perRow ? values.length / width : values.length;
          for (let i = 0; i * part < values.length; i++)
            fillNoise(values.subarray(i * part, (i + 1) * part), distribution, key, draw + i, stream);
          return [name, new Tensor("float32", values, dims)];
        }),
      );
    },
  };
}

/**
 * The shape of each noise of `model` (before its randomness was taken out) at each batch size. At a batch of one, a shape
 * says nothing about which part grows with it.
 */
export async function noiseDims(
  model: Model,
  noises: Noise[],
  facts: ModelFacts,
  task: { shape: number[]; classes: number },
  batches: number[],
): Promise<number[][][]> {
  const names = [...new Set(noises.flatMap(({ shape }) => ("from" in shape ? [shape.from] : [])))];
  const session = await load(encode(exposeOutputs(model, names)));
  const size = task.shape.reduce((a, b) => a * b, 1);
  const runs = await Promise.all(
    batches.map(async (batch) => {
      const runner = runnerOf(session, facts, task, batch);
      return runner.outputs(new Float32Array(batch * size), batch, names);
    }),
  );
  await session.release();
  return noises.map(({ shape }) =>
    runs.map((outputs) => ("dims" in shape ? shape.dims : [...outputs[shape.from]!.dims])),
  );
}
