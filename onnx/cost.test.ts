import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { inputName } from "#onnx/canonical.ts";
import { check } from "#onnx/check.ts";
import { estimate } from "#onnx/cost.ts";
import { encode } from "#onnx/encode.ts";
import { digits, fixtures } from "#onnx/fixtures/read.ts";
import { elementTypes, type Graph, type Node } from "#onnx/model.ts";
import { exposeOutputs, seedRandomness } from "#onnx/randomness.ts";
import { tensorOf } from "#onnx/values.ts";

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

function graphOf(nodes: [op: string, inputs: string[]][], weights: Record<string, number[]>): Graph {
  const made = nodes.map(
    ([op, inputs], i): Node => ({ name: "", domain: "", op, inputs, outputs: [`t${i}`], attributes: new Map() }),
  );
  const initializers = new Map(
    Object.entries(weights).map(([name, list]) => [
      name,
      tensorOf(elementTypes.int64, [list.length], BigInt64Array.from(list, BigInt)),
    ]),
  );
  return { nodes: made, initializers, inputs: [], outputs: [] };
}

test("operations are counted by hand the same: a matrix product, a sum and a copy", () => {
  const nodes: [string, string[]][] = [
    ["MatMul", ["x", "w"]], // [3,4] times [4,2]: 2 * 3 * 2 * 4
    ["Add", ["t0", "t0"]], // 6
    ["Identity", ["t1"]],
  ];
  const graph = graphOf(nodes, {});
  const inputs = new Map([
    ["x", [3, 4]],
    ["w", [4, 2]],
  ]);
  expect(estimate(graph, 17, inputs)).toMatchObject({ flops: 54, complete: true, largest: { node: 0, bytes: 24 } });
});

test("what depends on data is unknown, not wrong", () => {
  const nodes: [string, string[]][] = [
    ["NonZero", ["x"]],
    ["Relu", ["t0"]],
  ];
  const { shapes, complete } = estimate(graphOf(nodes, {}), 17, new Map([["x", [3, 4]]]));
  expect([shapes.has("t0"), shapes.has("t1"), complete]).toEqual([false, false, false]);
});

test("a node with half a million operands is followed in bounded time and stack", () => {
  const graph = graphOf([["Max", Array(500_000).fill("w")]], { w: [1, 2] });
  expect(estimate(graph, 17, new Map()).shapes.get("t0")).toEqual([2]);
});
