import { readFileSync } from "node:fs";
import { Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { trace } from "#evaluator/runner/trace.ts";
import { check } from "#onnx/check.ts";
import { digits, fixture } from "#onnx/fixtures/read.ts";
import { gradientOf } from "#onnx/gradient.ts";
import { seedRandomness } from "#onnx/randomness.ts";

function admitted(bytes: Uint8Array, task: { shape: number[]; classes: number }) {
  const checked = check(bytes, task);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const seeded = seedRandomness(checked.model);
  if (!seeded.ok) throw new Error(JSON.stringify(seeded.problems));
  return { facts: checked.facts, ...seeded };
}

describe("a trace", () => {
  test("has sizes and types of every tensor at both batches, and elements of what the input does not change", async () => {
    const { model, facts } = admitted(fixture("ts-cnn").bytes, digits);
    const found = await trace(model, facts, digits, new Float32Array(4 * 64), 3);
    const names = model.graph.nodes.flatMap(({ outputs }) => outputs);
    expect(names.every((name) => found.at.has(name) && found.next.has(name))).toBe(true);
    expect(found.at.get("input")).toEqual({ dims: [3, 1, 8, 8], type: 1 });
    expect([found.at.get("output"), found.next.get("output")]).toEqual([
      { dims: [3, 10], type: 1 },
      { dims: [4, 10], type: 1 },
    ]);
    const shape = model.graph.nodes.find(({ op }) => op === "Shape")!.outputs[0]!;
    expect(found.at.get(shape)).toMatchObject({ type: 7, values: [3, 8, 1, 1] });
    expect(found.next.get(shape)).toMatchObject({ type: 7, values: [4, 8, 1, 1] });
    const conv = model.graph.nodes.find(({ op }) => op === "Conv")!.outputs[0]!;
    expect(found.at.get(conv)!.values).toBeUndefined();
  });

  test("of a model with a fixed batch is at that batch alone", async () => {
    const { model, facts } = admitted(fixture("ts-cnn-batch1").bytes, digits);
    const found = await trace(model, facts, digits, new Float32Array(64), 5);
    expect(found.batch).toBe(1);
    expect(found.next).toBe(found.at);
    expect(found.at.get("output")!.dims).toEqual([1, 10]);
  });

  test("takes the noises of a random model, and channels where the model has them", async () => {
    const { model, facts, noises } = admitted(fixture("ts-noisy").bytes, digits);
    const noise = (batch: number) =>
      Object.fromEntries(
        noises.map(({ name }, i) => {
          const dims = i === 2 ? [batch, 64] : [batch, 1, 8, 8];
          return [name, new Tensor("float32", new Float32Array(batch * 64), dims)];
        }),
      );
    const found = await trace(model, facts, digits, new Float32Array(3 * 64), 2, noise);
    expect(found.at.get("noise_2")).toEqual({ dims: [2, 64], type: 1 });
    const last = admitted(fixture("dynamo-filters").bytes, digits);
    const filters = await trace(last.model, last.facts, digits, new Float32Array(3 * 64), 2);
    expect(filters.at.get("input")!.dims).toEqual([2, 8, 8, 1]);
  });

  test("is enough for the gradients of the bundled baselines", async () => {
    const task = { shape: [1, 28, 28], classes: 10 };
    for (const name of ["undefended", "adversarially-trained", "rbf-svm"]) {
      const bytes = new Uint8Array(readFileSync(`challenges/mnist-linf/baselines/${name}.onnx`));
      const { model, facts } = admitted(bytes, task);
      const found = await trace(model, facts, task, new Float32Array(5 * 784), 4);
      expect(gradientOf(model, { trace: found, classes: 10, variant: "exact", cutHead: true })).toMatchObject({
        ok: true,
      });
    }
  });
});
