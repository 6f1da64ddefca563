import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { check } from "#onnx/check.ts";
import { encode } from "#onnx/encode.ts";
import { digits, fixture } from "#onnx/fixtures/read.ts";
import { elementTypes, type Model, type Node } from "#onnx/model.ts";
import { exposeOutputs, type Noise, seedRandomness } from "#onnx/randomness.ts";
import { tensorOf, tensorValues } from "#onnx/values.ts";

function admitted(name: string): Model {
  const result = check(fixture(name).bytes, digits);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.model;
}

function seeded(model: Model): { model: Model; noises: Noise[] } {
  const result = seedRandomness(model);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

async function run(model: Model, feeds: Record<string, Tensor>): Promise<InferenceSession.ReturnType> {
  const session = await InferenceSession.create(encode(model), {
    graphOptimizationLevel: "basic",
    logSeverityLevel: 3,
  });
  return session.run(feeds);
}

const filled = (dims: readonly number[], value: number) =>
  new Tensor("float32", new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(value), dims);

const rows = 3;
const image = new Tensor(
  "float32",
  Float32Array.from({ length: rows * 64 }, (_, i) => (i % 11) / 10),
  [rows, 1, 8, 8],
);

/** The scores of a network that is linear without its noise: pixels / keep * W^T + b. */
function linear(model: Model, keep: number): number[] {
  const gemm = model.graph.nodes.find((node) => node.op === "Gemm")!;
  const [w, b] = gemm.inputs.slice(1).map((name) => tensorValues(model.graph.initializers.get(name)!) as Float32Array);
  return Array.from({ length: rows * 10 }, (_, i) => {
    const [row, score] = [Math.floor(i / 10), i % 10];
    let sum = b![score]!;
    for (let k = 0; k < 64; k++) sum += (image.data[row * 64 + k]! as number) * (w![score * 64 + k]! / keep);
    return sum;
  });
}

test.each(["ts-noisy", "dynamo-noisy"])("%s becomes a function of its input and three noises", async (name) => {
  const { model, noises } = seeded(admitted(name));
  expect(noises.map(({ distribution }) => distribution.kind)).toEqual(["normal", "uniform", "uniform"]);
  expect(model.graph.nodes.filter((node) => /^Random|Dropout/.test(node.op))).toEqual([]);
  const quiet = { noise_0: filled([rows, 1, 8, 8], 0), noise_1: filled([rows, 1, 8, 8], 0.9) };

  const kept = await run(model, { input: image, ...quiet, noise_2: filled([rows, 64], 0.9) });
  for (const [i, expected] of linear(model, 0.75).entries()) expect(kept.output!.data[i]).toBeCloseTo(expected, 4);

  const dropped = await run(model, { input: image, ...quiet, noise_2: filled([rows, 64], 0.1) });
  expect(dropped.output!.data.slice(0, 10)).toEqual(dropped.output!.data.slice(10, 20));
});

test("shapes of the noises are learnt by exposing the tensors that they copy", async () => {
  const { model, noises } = seeded(admitted("ts-noisy"));
  const copied = noises.flatMap(({ shape }) => ("from" in shape ? [shape.from] : []));
  const traced = exposeOutputs(
    model,
    copied.filter((name) => name !== "input"),
  );
  const feeds = { input: image, noise_0: filled([rows, 1, 8, 8], 0), noise_1: filled([rows, 1, 8, 8], 0.5) };
  const results = await run(traced, { ...feeds, noise_2: filled([rows, 64], 0.5) });
  expect(copied.map((name) => (name === "input" ? image : results[name]!).dims)).toEqual([
    [rows, 1, 8, 8],
    [rows, 1, 8, 8],
    [rows, 64],
  ]);
});

test("a model without randomness comes back as it is", () => {
  const model = admitted("ts-cnn");
  expect(seeded(model)).toEqual({ ok: true, model, noises: [] });
});

function withNode(op: string, inputs: string[], attributes: Node["attributes"]): Model {
  const p = tensorOf(elementTypes.float32, [4], Float32Array.of(0, 0.25, 0.75, 1));
  return {
    irVersion: 8,
    opsets: new Map([["", 15]]),
    graph: {
      nodes: [{ name: "", domain: "", op, inputs, outputs: ["output"], attributes }],
      initializers: new Map([["p", p]]),
      inputs: [],
      outputs: [{ name: "output", kind: "tensor", type: 1, dims: null }],
    },
    unread: new Set(),
  };
}

test("Bernoulli is 1 where the noise is below the probability", async () => {
  const { model, noises } = seeded(withNode("Bernoulli", ["p"], new Map()));
  expect(noises).toEqual([
    { name: "noise_0", distribution: { kind: "uniform", low: 0, high: 1 }, shape: { dims: [4] } },
  ]);
  const { output } = await run(model, { noise_0: filled([4], 0.5) });
  expect(Array.from(output!.data as Float32Array)).toEqual([0, 0, 1, 1]);
});

test("RandomNormal keeps its mean, scale and sizes", () => {
  const attributes: Node["attributes"] = new Map([
    ["mean", { kind: "f", value: 2 }],
    ["scale", { kind: "f", value: 0.5 }],
    ["shape", { kind: "I", value: BigInt64Array.of(1n, 4n) }],
  ]);
  const { noises } = seeded(withNode("RandomNormal", [], attributes));
  expect(noises).toEqual([
    { name: "noise_0", distribution: { kind: "normal", mean: 2, scale: 0.5 }, shape: { dims: [1, 4] } },
  ]);
});
