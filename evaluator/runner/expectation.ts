import { Tensor } from "onnxruntime-node";
import { fillNoise } from "#evaluator/runner/noise.ts";
import type { NoiseFeeds } from "#evaluator/runner/session.ts";
import type { Noise } from "#onnx/randomness.ts";

/** The noise that an attack meets: of draw `draw`, for each row of a run. */
export type AttackNoise = (draw: number) => NoiseFeeds;

export const noNoise: AttackNoise = () => () => ({});

/**
 * Noise for the expectation over transformations (EOT, https://arxiv.org/abs/1707.07397). `dims` are each noise's shapes
 * at batches `batch` and `batch` + 1. Where each row has a part of its own, the part follows from the row's values, so
 * that it is fresh at every iterate and the same in every batch; else all rows of a run share one. It has nothing in
 * common with the noise of verdicts, whose key is not here.
 */
export function attackNoise(
  noises: Noise[],
  dims: number[][][],
  { batch, size, seed }: { batch: number; size: number; seed: string },
): AttackNoise {
  const own = dims.map(([at, next]) => at![0] === batch && next?.[0] === batch + 1);
  const shared = keyOf(Int32Array.from(Buffer.from(seed, "hex")));
  return (draw) => (count, rows) => {
    const keys = own.includes(true) ? keysOf(rows, count, size) : [];
    return Object.fromEntries(
      noises.map(({ name, distribution }, stream) => {
        const shape = own[stream] ? [count, ...dims[stream]![0]!.slice(1)] : dims[stream]![0]!;
        const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
        const parts = own[stream] ? count : 1;
        const size = values.length / parts;
        for (let part = 0; part < parts; part++) {
          const key = own[stream] ? keys[part]! : shared;
          fillNoise(values.subarray(part * size, (part + 1) * size), distribution, key, draw, stream);
        }
        return [name, new Tensor("float32", values, shape)];
      }),
    );
  };
}

function keysOf(rows: Float32Array, count: number, size: number): DataView[] {
  return Array.from({ length: count }, (_, row) => keyOf(bitsOf(rows, row * size, size)));
}

function bitsOf(rows: Float32Array, from: number, size: number): Int32Array {
  return new Int32Array(rows.buffer, rows.byteOffset + from * 4, size);
}

/** 16 bytes that follow from the words: FNV-1a (https://datatracker.ietf.org/doc/html/draft-eastlake-fnv) from four bases. */
function keyOf(words: Int32Array): DataView {
  const key = new DataView(new ArrayBuffer(16));
  for (let part = 0; part < 4; part++) {
    let hash = 0x811c9dc5 ^ Math.imul(part, 0x9e3779b9);
    for (const word of words) hash = Math.imul(hash ^ word, 0x01000193) ^ (hash >>> 15);
    key.setUint32(part * 4, hash >>> 0, true);
  }
  return key;
}
