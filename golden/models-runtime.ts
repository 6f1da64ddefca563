import { encode } from "#onnx/encode.ts";
import type { Node, Tensor } from "#onnx/model.ts";
import { before, floats, head, ints, modelOf, node } from "./graph.ts";
import type { BadModel } from "./models.ts";

type Case = [what: string, outcome: string, sentence: string, make: () => Uint8Array<ArrayBuffer>];

/**
 * Models that pass the gate, as they can only be found out by running them. `code` is the outcome that the evaluator
 * must reach: load (the runtime refuses it), crash, time, memory, invalid (no valid answer for a row), batch (an
 * answer changes with its neighbours).
 */
export function* runtimeModels(): Generator<BadModel> {
  for (const [what, outcome, sentence, make] of [...loading(), ...expensive(), ...invalid(), ...batchDependent()])
    yield { name: `runtime-${outcome}/${what}`, code: outcome, sentence, bytes: make() };
}

function loading(): Case[] {
  const kernel = { k: floats([1, 3, 3, 3]) };
  return [
    ["channels", "load", "a kernel for 3 channels meets 1", () => before([node("Conv", "x k", "h")], "h", kernel)],
    ["types", "load", "float32 plus int64", () => before([node("Add", "x one", "h")], "h", { one: ints([1]) })],
    ["matmul", "load", "inner sizes 28 and 5", () => before([node("MatMul", "x w", "h")], "h", { w: floats([5, 5]) })],
  ];
}

function expensive(): Case[] {
  return [
    ["conv-minutes", "time", "4.8 GFLOP an image: a thousand images take minutes", slowConvolution],
    [
      "hidden-size",
      "time",
      "a size read from the data hides a pooling over 10,000 x 10,000",
      () => sized(10_000, 10_000),
    ],
    ["hidden-gigabytes", "memory", "a size read from the data asks for 8 TB", () => sized(100_000_000, 20_000)],
  ];
}

function slowConvolution(): Uint8Array<ArrayBuffer> {
  const nodes = [
    node("Resize", "x _ by", "r", { mode: "nearest" }),
    node("Conv", "r k1", "c1", { pads: [1, 1, 1, 1] }),
    node("Conv", "c1 k2", "c2", { pads: [1, 1, 1, 1] }),
    node("Conv", "c2 k3", "h"),
  ];
  const by = floats([4], [1, 1, 9, 9]);
  return before(nodes, "h", {
    by,
    k1: floats([64, 1, 3, 3], 0.01),
    k2: floats([64, 64, 3, 3], 0.001),
    k3: floats([1, 64, 1, 1]),
  });
}

/** Adds the mean of windows of a plane to the image; the gate cannot know the plane's size. */
function sized(height: number, width: number): Uint8Array<ArrayBuffer> {
  const nodes = [
    node("ReduceSum", "x", "sum", { keepdims: 0 }),
    node("Mul", "sum zero", "none"),
    node("Cast", "none", "nothing", { to: 7 }),
    node("Add", "to nothing", "sizes"),
    node("ConstantOfShape", "sizes", "plane"),
    node("AveragePool", "plane", "pooled", { kernel_shape: [63, 63] }),
    node("ReduceMax", "pooled", "m", { keepdims: 0 }),
    node("Add", "x m", "h"),
  ];
  return before(nodes, "h", { zero: floats([], 0), to: ints([1, 1, height, width]) });
}

/** The honest scores as "u", then nodes that make "y" of them. */
function after(nodes: Node[], weights: Record<string, Tensor> = {}): Uint8Array<ArrayBuffer> {
  const scores = head("x", "u");
  return encode(modelOf({ nodes: [...scores.nodes, ...nodes], weights: { ...scores.weights, ...weights } }));
}

function invalid(): Case[] {
  const zeros = [node("Sub", "u u", "zero")];
  return [
    ["nan", "invalid", "0 / 0 in every score", () => after([...zeros, node("Div", "zero zero", "y")])],
    ["nan-sometimes", "invalid", "the root of a negative number in some scores", () => after([node("Sqrt", "u", "y")])],
    ["infinity", "invalid", "1 / 0", () => after([...zeros, node("Reciprocal", "zero", "y")])],
    [
      "two-rows-each",
      "invalid",
      "[2 N, 10] in place of [N, 10]",
      () => after([node("Concat", "u u", "y", { axis: 0 })]),
    ],
    [
      "one-row",
      "invalid",
      "[1, 10] for any batch",
      () => after([node("Gather", "u first", "y")], { first: ints([0]) }),
    ],
    ["no-rows", "invalid", "[0, 10]", () => after([node("Slice", "u zero zero", "y")], { zero: ints([0]) })],
    [
      "rows-by-data",
      "invalid",
      "as many rows as there are bright pixels",
      () =>
        after([
          node("NonZero", "x", "where"),
          node("Transpose", "where", "list"),
          node("Cast", "list", "f", { to: 1 }),
          node("ReduceMean", "f", "mean", { axes: [1] }),
          node("ReduceMean", "u", "row", { axes: [0] }),
          node("Add", "mean row", "y"),
        ]),
    ],
  ];
}

function batchDependent(): Case[] {
  return [
    [
      "mean-of-the-batch",
      "batch",
      "scores relative to the batch's mean",
      () => after([node("ReduceMean", "u", "m", { axes: [0] }), node("Sub", "u m", "y")]),
    ],
    [
      "first-of-the-batch",
      "batch",
      "every row is answered like the first",
      () =>
        after([node("Gather", "u zero", "f"), node("Shape", "u", "s"), node("Expand", "f s", "y")], {
          zero: ints([0]),
        }),
    ],
    [
      "sorted-by-the-batch",
      "batch",
      "scores are ranked over the batch",
      () => after([node("Shape", "u", "s", { start: 0, end: 1 }), node("TopK", "u s", "y i", { axis: 0 })]),
    ],
    [
      "softmax-over-the-batch",
      "batch",
      "a softmax along the wrong axis",
      () => after([node("Softmax", "u", "y", { axis: 0 })]),
    ],
    [
      "dynamic-quantisation",
      "batch",
      "a scale taken from the whole batch",
      () => after([node("DynamicQuantizeLinear", "u", "q s z"), node("DequantizeLinear", "q s z", "y")]),
    ],
  ];
}
