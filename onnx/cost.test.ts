import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { inputName } from "#onnx/canonical.ts";
import { check } from "#onnx/check.ts";
import { estimate } from "#onnx/cost.ts";
import { encode } from "#onnx/encode.ts";
import { digits, fixtures } from "#onnx/fixtures/read.ts";
import { exposeOutputs, seedRandomness } from "#onnx/randomness.ts";

describe.each(fixtures)("$name", ({ bytes, sideFile }) => {
  const result = check(bytes, sideFile ? { ...digits, sideFile } : digits);

  test("every shape that is foretold is the one that the runtime makes", async () => {
    if (!result.ok) return expect(result.problems[0]!.code).toBe("op-control-flow");
    const { model, facts } = result;
    const dims = facts.inputDims.map((size) => size ?? 1);
    const { shapes } = estimate(model.graph, model.opsets.get("")!, new Map([[inputName, dims]]));
    const made = model.graph.nodes.flatMap((node) => node.outputs).filter((name) => shapes.has(name));
    expect(made.length).toBeGreaterThan(model.graph.nodes.length * 0.7);
    expect(seedRandomness(model).ok).toBe(true);
    const options = { graphOptimizationLevel: "disabled", logSeverityLevel: 4 } as const;
    const session = await InferenceSession.create(encode(exposeOutputs(model, made)), options);
    const count = dims.reduce((a, b) => a * b, 1);
    const image = new Tensor("float32", new Float32Array(count).fill(0.5), dims);
    const results = await session.run({ [inputName]: image });
    for (const name of made) expect([name, results[name]!.dims]).toEqual([name, shapes.get(name)]);
  });
});
