import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readNpy } from "#arrays/npy.ts";
import { checkout } from "#commands/checkout.ts";

/** The folder of the bundled MNIST challenge. */
export const mnistFolder = join(checkout, "challenges/mnist-linf");

/** The points of the MNIST challenge as the evaluator has them: float32 [n,1,28,28] in [0,1]. */
export function mnistPoints(): { x: Float32Array<ArrayBuffer>; n: number } {
  const read = readNpy(readFileSync(join(mnistFolder, "data/points_x.npy")));
  if (!read.ok) throw new Error(`points_x.npy: ${read.problems[0]!.message}`);
  return { x: Float32Array.from(read.array.data as Uint8Array, (value) => value / 255), n: read.array.shape[0]! };
}
