import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { check } from "#onnx/check.ts";
import { encode } from "#onnx/encode.ts";
import { GOLDEN_CHALLENGE } from "./models.ts";
import { runtimeModels } from "./models-runtime.ts";

const all = [...runtimeModels()];

/** The scores of three images, each brighter than the one before, by canonical bytes. */
async function scores(
  bytes: Uint8Array,
  images = [0.2, 0.5, 0.9],
): Promise<{ dims: readonly number[]; data: number[] }> {
  const result = check(bytes, GOLDEN_CHALLENGE);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const options = { graphOptimizationLevel: "basic", intraOpNumThreads: 1, logSeverityLevel: 4 } as const;
  const session = await InferenceSession.create(encode(result.model), options);
  const pixels = Float32Array.from(images.flatMap((level) => Array(784).fill(level)));
  const { output } = await session.run({ input: new Tensor("float32", pixels, [images.length, 1, 28, 28]) });
  return { dims: output!.dims, data: Array.from(output!.data as Float32Array) };
}

test.each(all)("$name passes the gate", ({ bytes }) => {
  expect(check(bytes, GOLDEN_CHALLENGE)).toMatchObject({ ok: true });
});

test.each(all.filter(({ code }) => code === "load"))("$name is refused by the runtime", async ({ bytes }) => {
  await expect(scores(bytes)).rejects.toThrow();
});

test.each(all.filter(({ code }) => code === "invalid"))("$name gives no valid answer", async ({ bytes }) => {
  const { dims, data } = await scores(bytes);
  const valid = dims[0] === 3 && dims[1] === 10 && data.every(Number.isFinite);
  expect(valid).toBe(false);
});

test.each(all.filter(({ code }) => code === "batch"))("$name answers differently alone", async ({ bytes }) => {
  const together = await scores(bytes);
  const alone = await scores(bytes, [0.9]);
  expect(alone.data).not.toEqual(together.data.slice(20));
});
