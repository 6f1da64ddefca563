import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { check, type ModelFacts } from "#onnx/check.ts";
import { decode } from "#onnx/decode.ts";
import { encode } from "#onnx/encode.ts";
import { mergeExternal } from "#onnx/external.ts";
import { digits, type Fixture, fixtures } from "#onnx/fixtures/read.ts";
import type { Model } from "#onnx/model.ts";
import { exposeOutputs } from "#onnx/randomness.ts";

const refused = new Set(["sk-neighbours"]); // skl2onnx writes nearest neighbours with Scan
const admitted = fixtures.filter(({ name }) => !refused.has(name));

function passed(fixture: Fixture): { model: Model; facts: ModelFacts } {
  const result = check(fixture.bytes, { ...digits, ...fixture });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

/** The exporter's own graph, in one file, with its side file merged in and the scores behind a ZipMap exposed. */
function original(fixture: Fixture): Uint8Array {
  const decoded = decode(fixture.bytes);
  const merged = decoded.ok ? mergeExternal(decoded.model, fixture.sideFile) : decoded;
  if (!merged.ok) throw new Error(JSON.stringify(merged.problems));
  const zipMap = merged.model.graph.nodes.find((node) => node.op === "ZipMap");
  return encode(zipMap ? exposeOutputs(merged.model, zipMap.inputs) : merged.model);
}

async function scores(bytes: Uint8Array, facts: ModelFacts): Promise<Float32Array> {
  const options = { graphOptimizationLevel: "basic", intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
  const session = await InferenceSession.create(bytes, options);
  const dims = facts.inputDims.map((size) => size ?? 5);
  const count = dims.reduce((a, b) => a * b, 1);
  const pixels = Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 97) / 96);
  const wanted = session.outputNames.filter((_, i) => {
    const meta = session.outputMetadata[i]!;
    return meta.isTensor && meta.type === "float32";
  });
  const results = await session.run({ [session.inputNames[0]!]: new Tensor("float32", pixels, dims) }, wanted);
  return results[wanted[0]!]!.data as Float32Array;
}

describe.each(admitted)("$name", (fixture) => {
  test("passes the gate, and what comes out passes again unchanged", () => {
    const { model } = passed(fixture);
    const bytes = encode(model);
    const again = check(bytes, digits);
    expect(again.ok && Buffer.compare(encode(again.model), bytes)).toBe(0);
    const decoded = decode(bytes);
    expect(decoded.ok && Buffer.compare(encode(decoded.model), bytes)).toBe(0);
  });
});

// Randomised models have no single answer: randomness.test.ts compares them draw by draw.
const deterministic = admitted.filter((fixture) => passed(fixture).facts.randomOps === 0);

test.each(deterministic)("$name answers bit by bit as the exporter's own file", async (fixture) => {
  const { model, facts } = passed(fixture);
  const [canonical, own] = [await scores(encode(model), facts), await scores(original(fixture), facts)];
  expect(canonical.length).toBe(10 * (facts.inputDims[0] ?? 5));
  expect(canonical.every(Number.isFinite)).toBe(true);
  expect(canonical).toEqual(own);
});

test.each(fixtures.filter(({ name }) => refused.has(name)))("$name is refused for its loop", ({ bytes }) => {
  const result = check(bytes, digits);
  expect(!result.ok && result.problems[0]!.code).toBe("op-control-flow");
});

test("facts are those of what is run", () => {
  const facts = (name: string) => passed(fixtures.find((f) => f.name === name)!).facts;
  expect(facts("ts-cnn-batch1")).toMatchObject({ batch: 1, layout: "NCHW", parameters: 592, flopsPerExample: 8840 });
  expect(facts("dynamo-filters")).toMatchObject({ batch: "dynamic", layout: "NHWC", inputDims: [null, 8, 8, 1] });
  expect(facts("sk-svc-rbf")).toMatchObject({ mlOps: true, layout: "flat", randomOps: 0 });
  expect(facts("ts-noisy")).toMatchObject({ randomOps: 3, mlOps: false });
  expect(facts("sk-logistic-zipmap").ops).toEqual({ LinearClassifier: 1, Normalizer: 1 });
  expect(facts("dynamo-cnn-two-files").bytes).toBe(9057 + 2048);
});

test("the same network has the same canonical bytes from one file and from two", () => {
  const bytes = (name: string) => encode(passed(fixtures.find((f) => f.name === name)!).model);
  expect(bytes("dynamo-cnn-two-files")).toEqual(bytes("dynamo-cnn"));
});
