import { Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { aims, derivedFrom, float, opened, traced } from "#golden/gradients.ts";
import { floats, head, ints, modelOf, node, tensorValue } from "#golden/graph.ts";
import { canonical, image, ROWS, small } from "#golden/small-models.ts";
import { gradientOf } from "#onnx/gradient.ts";
import { elementTypes, type Model } from "#onnx/model.ts";
import { seedRandomness } from "#onnx/randomness.ts";

const exact = { classes: 10, variant: "exact", cutHead: false } as const;

test("the graph takes the model's inputs and labels, and puts out logits, losses and a gradient of the input's shape", async () => {
  const { model } = await derivedFrom(canonical("ts-cnn"), image, { classes: 10 });
  expect(model.graph.inputs.map(({ name, dims }) => [name, dims])).toEqual([
    ["input", [ROWS, 1, 8, 8]],
    ["label", [ROWS]],
    ["target", [ROWS]],
    ["loss", [ROWS]],
  ]);
  expect(model.graph.outputs.map(({ name, type, dims }) => [name, type, dims])).toEqual([
    ["logits", elementTypes.float32, [ROWS, 10]],
    ["loss_value", elementTypes.float32, [ROWS]],
    ["gradient", elementTypes.float32, [ROWS, 1, 8, 8]],
  ]);
  expect(model.graph.nodes.every(({ domain }) => domain === "")).toBe(true);
});

test.each([
  ["float64", elementTypes.float64, (x: number[]) => new Tensor("float64", Float64Array.from(x), [ROWS, 4])],
  ["float16", elementTypes.float16, (x: number[]) => half(x)],
])("a model in %s has the gradient of the same model in float32", async (_, type, tensor) => {
  const pixels = Array.from({ length: ROWS * 4 }, (__, i) => Math.round(8 * Math.sin(i)) / 8);
  const columns = Array.from({ length: 4 * 3 }, (__, i) => Math.round(8 * Math.cos(i)) / 8);
  const model = (wide: boolean): Model =>
    modelOf({
      nodes: [
        node("Cast", "columns", "w", { to: wide ? type : elementTypes.float32 }),
        node("MatMul", "input w", "m"),
        node("Relu", "m", "output"),
      ],
      weights: { columns: floats([4, 3], columns) },
      inputs: [tensorValue("input", ["N", 4], wide ? type : elementTypes.float32)],
      outputs: [tensorValue("output", null, wide ? type : elementTypes.float32)],
      opsets: { "": 17 },
    });
  const rows = aims([0, 1, 2].map((label) => ({ loss: "margin", label })));
  const answer = async (wide: boolean) => {
    const feeds = { input: wide ? tensor(pixels) : float(pixels, [ROWS, 4]) };
    const derived = await derivedFrom(model(wide), feeds, { classes: 3 });
    const session = await opened(derived.model);
    return session.run({ ...feeds, ...rows });
  };
  const [given, wanted] = [await answer(true), await answer(false)];
  expect(given.gradient!.type).toBe("float32");
  expect(given.gradient!.data).toEqual(wanted.gradient!.data);
  expect(given.logits!.data).toEqual(wanted.logits!.data);
});

/** The package's native part takes a Float16Array for empty: bits it understands. */
function half(values: number[]): Tensor {
  const bits = new Uint16Array(new Float16Array(values).buffer);
  return Object.assign(new Tensor("float16", bits, [ROWS, 4]), { cpuData: bits });
}

test("a model with a fixed batch of one, whose scores are a list, has a gradient", async () => {
  const end = head("input", "row");
  const model = modelOf({
    nodes: [...end.nodes, node("Reshape", "row list", "output")],
    weights: { ...end.weights, list: ints([10]) },
    inputs: [tensorValue("input", [1, 1, 8, 8])],
    outputs: [tensorValue("output", [10])],
    opsets: { "": 13 },
  });
  const feeds = { input: float((image.input!.data as Float32Array).slice(0, 64), [1, 1, 8, 8]) };
  const derived = await derivedFrom(model, feeds, { classes: 10 });
  const session = await opened(derived.model);
  const out = await session.run({ ...feeds, ...aims([{ loss: "margin", label: 9 }]) });
  expect(out.logits!.dims).toEqual([1, 10]);
  expect(Array.from(out.gradient!.data as Float32Array).some((v) => v !== 0)).toBe(true);
});

describe("what cannot be derived is a named outcome", () => {
  test("operators without a rule, with their number", async () => {
    const weights = { r: floats([1, 4], [0, 0, 7, 7]), b: ints([0]), by: ints([-1, 1, 1, 1]) };
    const nodes = [
      node("RoiAlign", "input r b", "p", { output_height: 8, output_width: 8 }),
      node("RoiAlign", "p r b", "q", { output_height: 8, output_width: 8 }),
      node("Add", "q input", "h"),
    ];
    const model = small({ nodes, weights });
    const result = gradientOf(model, { ...exact, trace: await traced(model, image, ROWS) });
    expect(result).toMatchObject({ ok: false, reason: "missing-rule" });
    expect(!result.ok && result.missing).toEqual([{ op: "RoiAlign", opset: 18, count: 1 }]);
  });

  test("a path that is cut by a step, with the step", async () => {
    const model = small({ nodes: [node("Round", "input", "h")] });
    const result = gradientOf(model, { ...exact, trace: await traced(model, image, ROWS) });
    expect(!result.ok && result.message).toContain("Round");
    expect(!result.ok && result.reason).toBe("no-path");
  });

  test("scores of another shape than [B, K]", async () => {
    const model = small({}, "input");
    const result = gradientOf(model, { ...exact, classes: 9, trace: await traced(model, image, ROWS) });
    expect(!result.ok && result.reason).toBe("wrong-output");
  });

  test("a graph past the limits", async () => {
    const width = 1500;
    const pool = node("AveragePool", "input", "p", { kernel_shape: [2], strides: [1] });
    const pools = Array.from({ length: 90 }, (_, i) =>
      node("AveragePool", `p${i || ""}`, `p${i + 1}`, { kernel_shape: [2], strides: [1] }),
    );
    const model = modelOf({
      nodes: [pool, ...pools, node("GlobalAveragePool", "p90", "g"), node("Flatten", "g", "output")],
      inputs: [tensorValue("input", ["N", 2, width])],
      outputs: [tensorValue("output", null)],
      opsets: { "": 18 },
    });
    const feeds = { input: float(new Float32Array(2 * 2 * width), [2, 2, width]) };
    const result = gradientOf(model, { ...exact, classes: 2, trace: await traced(model, feeds, 2) });
    expect(!result.ok && result.reason).toBe("too-large");
  });
});

test("sizes that a noise decides are those of the trace, and the answer says so", async () => {
  const nodes = [
    node("RandomUniform", "", "u", { shape: [1] }),
    node("Mul", "u three", "v"),
    node("Cast", "v", "n", { to: elementTypes.int64 }),
    node("Concat", "zeros n zeros n", "front", { axis: 0 }),
    node("Pad", "input front", "h"),
  ];
  const zeros = ints([0, 0, 0]);
  const seeded = seedRandomness(small({ nodes, weights: { three: floats([], [3]), zeros } }));
  if (!seeded.ok) throw new Error(JSON.stringify(seeded.problems));
  const drawn = (u: number) => ({ ...image, noise_0: float([u], [1]) });
  const derived = await derivedFrom(seeded.model, drawn(0.7), { classes: 10 });
  expect(derived.drawBound).toBe(true);
  const session = await opened(derived.model);
  const rows = aims(Array.from({ length: ROWS }, () => ({ loss: "margin", label: 1 })));
  const [first, second] = [
    await session.run({ ...drawn(0.7), ...rows }),
    await session.run({ ...drawn(0.1), ...rows }),
  ];
  expect(second.gradient!.data).toEqual(first.gradient!.data);
});

test("noise that decides no sizes leaves the graph good for every draw", async () => {
  const seeded = seedRandomness(canonical("dynamo-noisy"));
  if (!seeded.ok) throw new Error(JSON.stringify(seeded.problems));
  const noise = (value: number, dims: number[]) =>
    float(new Float32Array(dims.reduce((a, b) => a * b)).fill(value), dims);
  const feeds = {
    ...image,
    noise_0: noise(0.5, [ROWS, 1, 8, 8]),
    noise_1: noise(0.9, [ROWS, 1, 8, 8]),
    noise_2: noise(0.9, [ROWS, 64]),
  };
  const derived = await derivedFrom(seeded.model, feeds, { classes: 10 });
  expect(derived.drawBound).toBe(false);
  const session = await opened(derived.model);
  const rows = aims(Array.from({ length: ROWS }, () => ({ loss: "margin", label: 1 })));
  const masked = await session.run({ ...feeds, noise_1: noise(0.1, [ROWS, 1, 8, 8]), ...rows });
  expect(Array.from(masked.gradient!.data as Float32Array).every((v) => v === 0)).toBe(true);
  const open = await session.run({ ...feeds, ...rows });
  expect(Array.from(open.gradient!.data as Float32Array).every((v) => v !== 0)).toBe(true);
});

test("an overlapping MaxPool sends the gradient to the winner of each window, and no NaN to another row", async () => {
  const model = small({ nodes: [node("MaxPool", "input", "h", { kernel_shape: [3, 3], strides: [2, 2] })] });
  const derived = await derivedFrom(model, image, { classes: 10 });
  const session = await opened(derived.model);
  const rows = aims(Array.from({ length: ROWS }, () => ({ loss: "margin", label: 1 })));
  const pixels = image.input!.data as Float32Array;
  const calm = (await session.run({ ...image, ...rows })).gradient!.data as Float32Array;
  for (let row = 0; row < ROWS; row++) {
    const winners = new Map<number, number>();
    for (let y = 0; y < 3; y++)
      for (let x = 0; x < 3; x++) {
        const cells = [0, 1, 2].flatMap((dy) => [0, 1, 2].map((dx) => row * 64 + (2 * y + dy) * 8 + 2 * x + dx));
        const winner = cells.reduce((best, at) => (pixels[at]! > pixels[best]! ? at : best));
        winners.set(winner, (winners.get(winner) ?? 0) + 1);
      }
    const unit = Math.max(...[...winners].map(([at, count]) => Math.abs(calm[at]!) / count));
    for (let at = row * 64; at < (row + 1) * 64; at++)
      expect(Math.abs(calm[at]!)).toBeCloseTo(unit * (winners.get(at) ?? 0), 6);
  }
  const spoilt = float(
    pixels.map((v, i) => (Math.floor(i / 64) === 1 ? Number.NaN : v)),
    [ROWS, 1, 8, 8],
  );
  const after = (await session.run({ input: spoilt, ...rows })).gradient!.data as Float32Array;
  expect(after.slice(0, 64)).toEqual(calm.slice(0, 64));
  expect(after.slice(128)).toEqual(calm.slice(128));
});

test("a branch that is not taken sends no NaN, however steep it is", async () => {
  const steep = ["Reciprocal", "Log", "Sqrt", "Acosh"].flatMap((op) => [node(op, "zero", `${op}_t`)]);
  const nodes = [
    node("Sub", "input input", "zero"),
    ...steep,
    node("Div", "input zero", "Div_t"),
    node("Pow", "zero minus", "Pow_t"),
    node("Sum", "Reciprocal_t Log_t Sqrt_t Acosh_t Div_t Pow_t", "bad"),
    node("Greater", "input minus", "c"),
    node("Where", "c input bad", "h"),
  ];
  const model = small({ nodes, weights: { minus: floats([], [-1]) } });
  const derived = await derivedFrom(model, image, { classes: 10 });
  const session = await opened(derived.model);
  const rows = aims(Array.from({ length: ROWS }, () => ({ loss: "margin", label: 1 })));
  const gradient = (await session.run({ ...image, ...rows })).gradient!.data as Float32Array;
  expect(gradient.every((v) => Number.isFinite(v) && v !== 0)).toBe(true);
});

test("an approximation goes by the paths that have rules, and says which have none", async () => {
  const weights = { r: floats([1, 4], [0, 0, 7, 7]), b: ints([0]) };
  const nodes = [
    node("RoiAlign", "input r b", "p", { output_height: 4, output_width: 4 }),
    node("ReduceMean", "p", "m", { keepdims: 1 }),
    node("Add", "m input", "h"),
  ];
  const model = small({ nodes, weights });
  const derived = await derivedFrom(model, image, { classes: 10, variant: "straight-through" });
  expect(derived.stops).toEqual(["RoiAlign"]);
  const trace = await traced(model, image, ROWS);
  expect(gradientOf(model, { ...exact, trace })).toMatchObject({ ok: false, reason: "missing-rule" });
});
