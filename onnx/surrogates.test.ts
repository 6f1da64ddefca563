import { describe, expect, test } from "vitest";
import { aims, derivedFrom, float, opened, traced, uniform } from "#golden/gradients.ts";
import { floats, modelOf, node, tensorValue } from "#golden/graph.ts";
import { gradientOf, type Variant } from "#onnx/gradient.ts";
import { elementTypes, type Model, type Node, type Tensor } from "#onnx/model.ts";
import { surrogateOps } from "#onnx/surrogates.ts";
import { tensorOf } from "#onnx/values.ts";

const ROWS = 2;
const WIDTH = 12;
const random = uniform(5);
const x = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => -1.5 + (3 * ((i * 7) % 24) + 1) / 24);
const weights = Float32Array.from({ length: WIDTH }, () => 2 * random() - 1);

/** x [2, 12] through nodes that end in "y" [2, 12], then weighted into scores [2, 2] whose targeted margin is the sum. */
function modelFor(nodes: Node[], constants: Record<string, Tensor>, opset: number): Model {
  const columns = Array.from(weights).flatMap((w) => [0, w]);
  return modelOf({
    nodes: [...nodes, node("MatMul", "y head", "output")],
    weights: { ...constants, head: floats([WIDTH, 2], columns) },
    inputs: [tensorValue("input", ["N", WIDTH])],
    outputs: [tensorValue("output", ["N", 2])],
    opsets: { "": opset, "ai.onnx.ml": 3 },
  });
}

async function slopes(model: Model, variant: Variant): Promise<{ slopes: number[]; places: string[] }> {
  const feeds = { input: float(x, [ROWS, WIDTH]) };
  const derived = await derivedFrom(model, feeds, { classes: 2, variant });
  const session = await opened(derived.model);
  const rows = Array.from({ length: ROWS }, () => ({ loss: "targeted-margin", label: 0, target: 1 }) as const);
  const out = await session.run({ ...feeds, ...aims(rows) });
  const plain = await opened(model);
  expect(out.logits!.data).toEqual((await plain.run(feeds)).output!.data);
  await Promise.all([session.release(), plain.release()]);
  const gradient = Array.from(out.gradient!.data as Float32Array);
  return { slopes: gradient.map((g, i) => g / weights[i % WIDTH]!), places: derived.places.map(({ op }) => op) };
}

interface Step {
  op: string;
  nodes: Node[];
  constants?: Record<string, Tensor>;
  opset?: number;
  /** The slope straight through, at x. */
  straight: (x: number) => number;
  /** The function whose slope is the smooth one. */
  smooth: (x: number) => number;
}

const wave = (v: number) => (0.9 * Math.sin(2 * Math.PI * v)) / (2 * Math.PI);
const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
const near = (v: number, t: number) => Number(Math.abs(v - t) <= 0.5);
const t = 0.3;
const threshold = { t: floats([], [t]) };
const toFloat = node("Cast", "c", "y", { to: elementTypes.float32 });
const compared = (op: string) => [node(op, "input t", "c"), toFloat];
/** Two comparisons, a = [x > 0.3] and b = [x > -0.4], put together. */
const combined = (op: string) => [
  node("Greater", "input t", "a"),
  node("Greater", "input u", "b"),
  node(op, "a b", "c"),
  toFloat,
];
const two = { ...threshold, u: floats([], [-0.4]) };
const [a, b] = [(v: number) => Number(v > t), (v: number) => Number(v > -0.4)];
const [smoothA, smoothB] = [(v: number) => sigmoid(10 * (v - t)), (v: number) => sigmoid(10 * (v + 0.4))];
const byte = (value: number) => tensorOf(elementTypes.uint8, [], Uint8Array.of(value));
const scale = { s: floats([], [0.01]), z: byte(100) };

/** Slopes of a product or sum of smooth comparisons at the values that the model itself has. */
const logical = (slope: (x: number, da: number, db: number) => number) => ({
  straight: (v: number) => slope(v, near(v, t), near(v, -0.4)),
  smooth: undefined,
  slope: (v: number) => slope(v, derivative(smoothA, v), derivative(smoothB, v)),
});

function derivative(f: (x: number) => number, v: number): number {
  return (f(v + 1e-5) - f(v - 1e-5)) / 2e-5;
}

const steps: (Omit<Step, "smooth"> & {
  smooth?: ((x: number) => number) | undefined;
  slope?: (x: number) => number;
})[] = [
  { op: "Round", nodes: [node("Round", "input", "y")], straight: () => 1, smooth: (v) => v - wave(v) },
  { op: "Floor", nodes: [node("Floor", "input", "y")], straight: () => 1, smooth: (v) => v + wave(v) },
  { op: "Ceil", nodes: [node("Ceil", "input", "y")], straight: () => 1, smooth: (v) => v + wave(v) },
  {
    op: "Sign",
    nodes: [node("Sign", "input", "y")],
    straight: (v) => Number(Math.abs(v) <= 1),
    smooth: (v) => Math.tanh(5 * v),
  },
  {
    op: "Cast",
    nodes: [node("Cast", "input", "c", { to: elementTypes.int32 }), toFloat],
    straight: () => 1,
    smooth: (v) => v + wave(v),
  },
  {
    op: "CastLike",
    nodes: [node("CastLike", "input like", "c"), toFloat],
    constants: { like: byte(0) },
    straight: () => 1,
    smooth: (v) => v + wave(v),
  },
  ...["Greater", "GreaterOrEqual"].map((op) => ({
    op,
    nodes: compared(op),
    constants: threshold,
    straight: (v: number) => near(v, t),
    smooth: smoothA,
  })),
  ...["Less", "LessOrEqual"].map((op) => ({
    op,
    nodes: compared(op),
    constants: threshold,
    straight: (v: number) => -near(v, t),
    smooth: (v: number) => -smoothA(v),
  })),
  {
    op: "ai.onnx.ml:Binarizer",
    nodes: [node("ai.onnx.ml:Binarizer", "input", "y", { threshold: { f: t } })],
    straight: (v) => near(v, t),
    smooth: smoothA,
  },
  { op: "And", nodes: combined("And"), constants: two, ...logical((v, da, db) => da * b(v) + a(v) * db) },
  { op: "Or", nodes: combined("Or"), constants: two, ...logical((v, da, db) => da * (1 - b(v)) + db * (1 - a(v))) },
  {
    op: "Xor",
    nodes: combined("Xor"),
    constants: two,
    ...logical((v, da, db) => da * (1 - 2 * b(v)) + db * (1 - 2 * a(v))),
  },
  {
    op: "Not",
    nodes: [node("Greater", "input t", "a"), node("Not", "a", "c"), toFloat],
    constants: threshold,
    straight: (v) => -near(v, t),
    smooth: (v) => -smoothA(v),
  },
  {
    op: "Where",
    nodes: [node("Greater", "input t", "c"), node("Where", "c input u", "y")],
    constants: two,
    straight: (v) => a(v) + near(v, t) * (v + 0.4),
    slope: (v) => a(v) + derivative(smoothA, v) * (v + 0.4),
  },
  {
    op: "QuantizeLinear",
    nodes: [node("QuantizeLinear", "input s z", "q"), node("DequantizeLinear", "q s z", "y")],
    constants: scale,
    straight: (v) => Number(v > -1.005),
    slope: (v) => Number(v > -1.005),
  },
  {
    op: "BitShift",
    nodes: [
      node("Cast", "input", "q", { to: elementTypes.uint8 }),
      node("BitShift", "q one", "c", { direction: "RIGHT" }),
      toFloat,
    ],
    constants: { one: byte(1) },
    straight: () => 0.5,
    slope: (v) => derivative((u) => u + wave(u), v) / 2,
  },
  {
    op: "BitwiseAnd",
    nodes: [node("Cast", "input", "q", { to: elementTypes.uint8 }), node("BitwiseAnd", "q mask", "c"), toFloat],
    constants: { mask: byte(0xf0) },
    straight: () => 1,
    slope: (v) => derivative((u) => u + wave(u), v),
  },
];

describe.each(steps)("$op", ({ op, nodes, constants = {}, opset = 18, straight, smooth, slope }) => {
  const model = modelFor(nodes, constants, opset);

  test("has no path by true derivatives, or a lesser one", async () => {
    const feeds = { input: float(x, [ROWS, WIDTH]) };
    const trace = await traced(model, feeds, ROWS);
    const result = gradientOf(model, { trace, classes: 2, variant: "exact", cutHead: false });
    if (op === "Where") expect(result.ok && result.stops).toEqual(["Greater"]);
    else expect(!result.ok && result.reason).toBe("no-path");
  });

  test("lets the gradient straight through, and says where", async () => {
    const found = await slopes(model, "straight-through");
    for (const [i, value] of x.entries()) expect(found.slopes[i]).toBeCloseTo(straight(value), 4);
    if (op !== "Where") expect(found.places).toContain(op.replace("ai.onnx.ml:", ""));
  });

  test("has the slope of its smooth form", async () => {
    const found = await slopes(model, "smooth");
    for (const [i, value] of x.entries())
      expect(found.slopes[i]).toBeCloseTo(slope ? slope(value) : derivative(smooth!, value), 2);
  });
});

/** Scores of the quantised layers' own rows, by the same layer on real numbers. */
interface Layer {
  op: string;
  nodes: Node[];
  real: Node[];
  constants: Record<string, Tensor>;
}

const kernelBytes = Uint8Array.from({ length: 4 * WIDTH * 3 }, () => Math.floor(random() * 60) + 98);
const dequantised = (from: number, to: number, dims: number[]) =>
  floats(
    dims,
    [...kernelBytes.subarray(from, to)].map((value) => 0.01 * (value - 128)),
  );
const matrix = tensorOf(
  elementTypes.uint8,
  [WIDTH, WIDTH],
  Uint8Array.from({ length: WIDTH * WIDTH }, (_, i) => kernelBytes[i]!),
);
const filter = tensorOf(elementTypes.uint8, [3, 1, 1, 3], kernelBytes.slice(0, 9));
const quantities = {
  s: floats([], [0.02]),
  z: byte(128),
  ws: floats([], [0.01]),
  wz: byte(128),
  ys: floats([], [0.05]),
  yz: byte(120),
};
const image = tensorOf(elementTypes.int64, [4], BigInt64Array.of(-1n, 1n, 2n, 6n));
const flat = tensorOf(elementTypes.int64, [2], BigInt64Array.of(-1n, 12n));
const spread = { image, flat, up: floats([3, 1, 1, 1], [1, 1, 1]) };
const pads = { pads: [0, 1, 0, 1] };
const quantise = node("QuantizeLinear", "input s z", "q");
const back = [node("DequantizeLinear", "o ys yz", "y")];
const real = [node("MatMul", "input w", "y")];
const layers: Layer[] = [
  {
    op: "QLinearMatMul",
    nodes: [quantise, node("QLinearMatMul", "q s z m ws wz ys yz", "o"), ...back],
    real,
    constants: { ...quantities, m: matrix, w: dequantised(0, WIDTH * WIDTH, [WIDTH, WIDTH]) },
  },
  {
    op: "MatMulInteger",
    nodes: [
      quantise,
      node("MatMulInteger", "q m z wz", "i"),
      node("Cast", "i", "f", { to: 1 }),
      node("Mul", "f both", "y"),
    ],
    real,
    constants: {
      ...quantities,
      m: matrix,
      both: floats([], [0.0002]),
      w: dequantised(0, WIDTH * WIDTH, [WIDTH, WIDTH]),
    },
  },
  {
    op: "QLinearConv",
    nodes: [
      quantise,
      node("Reshape", "q image", "r"),
      node("QLinearConv", "r s z m ws wz ys yz", "o", pads),
      node("DequantizeLinear", "o ys yz", "p"),
      node("ReduceMean", "p", "k", { axes: [1] }),
      node("Reshape", "k flat", "y"),
    ],
    real: [
      node("Reshape", "input image", "r"),
      node("Conv", "r w", "p", pads),
      node("ReduceMean", "p", "k", { axes: [1] }),
      node("Reshape", "k flat", "y"),
    ],
    constants: { ...quantities, ...spread, m: filter, w: dequantised(0, 9, [3, 1, 1, 3]) },
  },
  {
    op: "ConvInteger",
    nodes: [
      quantise,
      node("Reshape", "q image", "r"),
      node("ConvInteger", "r m z wz", "i", pads),
      node("Cast", "i", "f", { to: 1 }),
      node("Mul", "f both", "p"),
      node("ReduceMean", "p", "k", { axes: [1] }),
      node("Reshape", "k flat", "y"),
    ],
    real: [
      node("Reshape", "input image", "r"),
      node("Conv", "r w", "p", pads),
      node("ReduceMean", "p", "k", { axes: [1] }),
      node("Reshape", "k flat", "y"),
    ],
    constants: { ...quantities, ...spread, m: filter, both: floats([], [0.0002]), w: dequantised(0, 9, [3, 1, 1, 3]) },
  },
];

test.each(layers)("$op has the slope of the layer on real numbers", async ({ nodes, real: plain, constants }) => {
  const found = await slopes(modelFor(nodes, constants, 17), "straight-through");
  const wanted = await slopes(modelFor(plain, constants, 17), "exact");
  for (const [i, slope] of wanted.slopes.entries())
    expect(Math.abs(found.slopes[i]! - slope)).toBeLessThan(1e-3 * (1 + Math.abs(slope)));
});

test("QLinearMatMul lets nothing through where it saturates", async () => {
  const narrow = { ...layers[0]!.constants, ys: floats([], [1e-6]) };
  const found = await slopes(modelFor(layers[0]!.nodes, narrow, 17), "straight-through");
  expect(found.slopes.every((slope) => slope === 0)).toBe(true);
});

test("DynamicQuantizeLinear passes the gradient by its own scale", async () => {
  const nodes = [node("DynamicQuantizeLinear", "input", "q s z"), node("DequantizeLinear", "q s z", "y")];
  for (const slope of (await slopes(modelFor(nodes, {}, 18), "straight-through")).slopes)
    expect(slope).toBeCloseTo(1, 5);
});

/** The soft choice among a row: softmax of how far each lies below the best, in units of the mean. */
function choice(row: number[]): number[] {
  const best = Math.max(...row);
  const gaps = row.map((v) => best - v);
  const mean = gaps.reduce((sum, v) => sum + v, 0) / row.length + 1e-6;
  const powers = gaps.map((v) => Math.exp((-8 * v) / mean));
  const total = powers.reduce((sum, v) => sum + v, 0);
  return powers.map((v) => v / total);
}

const classes = tensorOf(
  elementTypes.int64,
  [WIDTH],
  BigInt64Array.from({ length: WIDTH }, (_, i) => BigInt(i)),
);
const eye = floats(
  [WIDTH, WIDTH],
  Array.from({ length: WIDTH ** 2 }, (_, i) => Number(i % (WIDTH + 1) === 0)),
);
const depth = { depth: tensorOf(elementTypes.int64, [], BigInt64Array.of(BigInt(WIDTH))), onOff: floats([2], [0, 1]) };
const best = node("ArgMax", "input", "best", { axis: 1, keepdims: 0 });
const kept = node("ArgMax", "input", "best", { axis: 1, keepdims: 1 });
const column = tensorOf(elementTypes.int64, [2], BigInt64Array.of(-1n, 1n));
const rankOf = tensorOf(elementTypes.int64, [1], BigInt64Array.of(1n));

/** Ways of writing "one-hot of the best" that exporters use. */
const votes: [string, Node[], Record<string, Tensor>][] = [
  ["OneHot", [best, node("OneHot", "best depth onOff", "y", { axis: -1 })], depth],
  ["Equal", [kept, node("Equal", "best classes", "c"), toFloat], { classes }],
  ["Gather", [best, node("Gather", "eye best", "y")], { eye }],
  ["GatherND", [best, node("Reshape", "best column", "b"), node("GatherND", "eye b", "y")], { eye, column }],
  [
    "ArgMin",
    [
      node("Neg", "input", "n"),
      node("ArgMin", "n", "best", { axis: 1, keepdims: 0 }),
      node("OneHot", "best depth onOff", "y"),
    ],
    depth,
  ],
  [
    "TopK",
    [
      node("TopK", "input one", "v i"),
      node("Gather", "eye i", "g"),
      node("ReduceMax", "g", "y", { axes: [1], keepdims: 0 }),
    ],
    { eye, one: rankOf },
  ],
];

test.each(votes)("a vote by %s has the slopes of a softmax", async (_, nodes, constants) => {
  const found = await slopes(modelFor(nodes, constants, 17), "smooth");
  for (let row = 0; row < ROWS; row++) {
    const values = Array.from(x.subarray(row * WIDTH, (row + 1) * WIDTH));
    const score = (list: number[]) => choice(list).reduce((sum, p, i) => sum + p * weights[i]!, 0);
    for (let i = 0; i < WIDTH; i++) {
      const slope = (score(values.with(i, values[i]! + 1e-5)) - score(values.with(i, values[i]! - 1e-5))) / 2e-5;
      expect(found.slopes[row * WIDTH + i]! * weights[i]!).toBeCloseTo(slope, 3);
    }
  }
});

test("an entry of a codebook passes the gradient to what it stands for", async () => {
  const [, nodes, constants] = votes.find(([name]) => name === "Gather")!;
  const found = await slopes(modelFor(nodes, constants, 17), "straight-through");
  for (const slope of found.slopes) expect(slope).toBeCloseTo(1, 5);
  expect(found.places).toEqual(["Gather"]);
});

test("a whole number compared with another has the slope of a bump", async () => {
  const one = tensorOf(elementTypes.int64, [], BigInt64Array.of(1n));
  const nodes = [node("Cast", "input", "i", { to: elementTypes.int64 }), node("Equal", "i one", "c"), toFloat];
  const found = await slopes(modelFor(nodes, { one }, 18), "straight-through");
  for (const [i, value] of x.entries()) {
    const d = Math.trunc(value) - 1;
    expect(found.slopes[i]).toBeCloseTo(-2 * d * Math.exp(-d * d), 4);
  }
});

const stump = (prefix: string) => ({
  nodes_treeids: [0, 0, 0, 0, 0],
  nodes_nodeids: [0, 1, 2, 3, 4],
  nodes_featureids: [0, 3, 0, 0, 0],
  nodes_truenodeids: [1, 3, 0, 0, 0],
  nodes_falsenodeids: [2, 4, 0, 0, 0],
  [`${prefix}_treeids`]: [0, 0, 0],
  [`${prefix}_nodeids`]: [2, 3, 4],
  [`${prefix}_ids`]: [0, 1, 2],
});

/** golden's builder has no lists of floats or texts. */
function treeNode(op: string, outputs: string, prefix: string, more: Record<string, number | number[]>): Node {
  const made = node(`ai.onnx.ml:${op}`, "input", outputs, { ...stump(prefix), ...more });
  made.attributes.set("nodes_values", { kind: "F", value: Float32Array.of(0.2, -0.3, 0, 0, 0) });
  made.attributes.set(`${prefix}_weights`, { kind: "F", value: Float32Array.of(1, 2, -1.5) });
  const modes = ["BRANCH_LEQ", "BRANCH_GT", "LEAF", "LEAF", "LEAF"];
  made.attributes.set("nodes_modes", { kind: "S", value: modes });
  return made;
}

test.each([
  ["TreeEnsembleClassifier", treeNode("TreeEnsembleClassifier", "l s", "class", { classlabels_int64s: [0, 1, 2] })],
  ["TreeEnsembleRegressor", treeNode("TreeEnsembleRegressor", "s", "target", { n_targets: 3 })],
])("%s has the slopes of sigmoids at its splits", async (_, tree) => {
  const wide = floats([3, WIDTH], [...weights, ...weights.map((w) => 2 * w), ...weights.map((w) => w * w)]);
  const found = await slopes(modelFor([tree, node("MatMul", "s wide", "y")], { wide }, 17), "smooth");
  const steep = 5 / 0.25;
  const total = weights.reduce((sum, w) => sum + w * w, 0);
  const scale = [1, 2, weights.reduce((sum, w) => sum + w ** 3, 0) / total];
  const score = (first: number, fourth: number) => {
    const [low, high] = [sigmoid(-steep * (first - 0.2)), sigmoid(steep * (fourth + 0.3))];
    return total * (1 * (1 - low) * scale[0]! + 2 * low * high * scale[1]! - 1.5 * low * (1 - high) * scale[2]!);
  };
  for (let row = 0; row < ROWS; row++) {
    const [first, fourth] = [x[row * WIDTH]!, x[row * WIDTH + 3]!];
    const wanted = [derivative((v) => score(v, fourth), first), 0, 0, derivative((v) => score(first, v), fourth)];
    for (const [i, slope] of wanted.entries())
      expect(found.slopes[row * WIDTH + i]! * weights[i]!).toBeCloseTo(slope, 2);
  }
});

test("every operator with a surrogate is tested here", () => {
  const tested = [...steps.map(({ op }) => op), ...layers.map(({ op }) => op), ...votes.map(([op]) => op)];
  const alone = ["DequantizeLinear", "DynamicQuantizeLinear", "ArgMax"];
  const trees = ["ai.onnx.ml:TreeEnsembleClassifier", "ai.onnx.ml:TreeEnsembleRegressor"];
  expect(surrogateOps.filter((op) => ![...tested, ...alone, ...trees].includes(op))).toEqual([]);
});
