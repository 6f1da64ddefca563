import { encode } from "#onnx/encode.ts";
import { elementTypes, type Model, type Tensor } from "#onnx/model.ts";
import { before, floats, head, honest, ints, modelOf, node, type Parts, tensorValue } from "./graph.ts";
import { badFiles, type Case, withOutside } from "./model-files.ts";

/** A model that the gate refuses, or (runtime-*) one that passes it and must be stopped later. */
export interface BadModel {
  /** The outcome and what is wrong, as a folder would be named: "external-data-parent-path/two-up". */
  name: string;
  /** The first code that answers it; for runtime-* the outcome, as the evaluator words it. */
  code: string;
  /** Words that the answer's message, expected, found or fix must contain; for runtime-* what happens. */
  sentence: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** The .onnx.data file that comes with it. */
  side?: Uint8Array<ArrayBuffer>;
}

/** The challenge that the models below are bad for. */
export const GOLDEN_CHALLENGE = { shape: [1, 28, 28], classes: 10 };

/** Makes every bad model, one at a time: some are megabytes. */
export function* badModels(): Generator<BadModel> {
  const families = [
    badFiles,
    badVersions,
    badOps,
    badAttributes,
    badGraphs,
    badWeights,
    badSideFiles,
    badEnds,
    tooMuch,
  ];
  for (const family of families)
    for (const [what, code, sentence, make, side] of family()) {
      const bad: BadModel = { name: `${code}/${what}`, code, sentence, bytes: make() };
      yield side === undefined ? bad : { ...bad, side: new Uint8Array(side) };
    }
}

function badVersions(): Case[] {
  return [
    ["14", "ir-version", "3 to 13", () => honest({ irVersion: 14 })],
    ["missing", "ir-version", "3 to 13", () => honest({ irVersion: 0 })],
    ["27", "opset-version", "7 to 26", () => honest({ opsets: { "": 27 } })],
    ["6", "opset-version", "7 to 26", () => honest({ opsets: { "": 6 } })],
    ["ml-6", "opset-version", "1 to 5", () => honest({ opsets: { "": 17, "ai.onnx.ml": 6 } })],
    ["none", "opset-missing", "imports no version", () => honest({ opsets: { "ai.onnx.ml": 3 } })],
  ];
}

function badOps(): Case[] {
  const one = (op: string, attributes = {}, parts: Partial<Parts> = {}) =>
    before([node(op, "x", "h", attributes)], "h", {}, parts);
  const mode = { ratio: floats([], 0.5) };
  return [
    ["invented", "op-unknown", "Frobnicate", () => one("Frobnicate")],
    [
      "beyond-ml",
      "op-unknown",
      "ai.onnx.ml.Relu",
      () => one("ai.onnx.ml:Relu", {}, { opsets: { "": 17, "ai.onnx.ml": 3 } }),
    ],
    ["microsoft", "custom-domain", "com.microsoft.QuickGelu", () => one("com.microsoft:QuickGelu")],
    ["own", "custom-domain", "standard operators", () => one("org.example:Relu")],
    ["gelu-at-17", "op-not-in-opset", "20 to 26", () => one("Gelu")],
    ["upsample-at-17", "op-not-in-opset", "opset 17", () => one("Upsample", { mode: "nearest" })],
    ["sequence", "op-no-tensor", "SequenceConstruct", () => one("SequenceConstruct")],
    ["string-normaliser", "op-string", "text", () => one("StringNormalizer")],
    ["multinomial", "op-multinomial", "RandomUniform", () => one("Multinomial", { sample_size: 1 })],
    ["one-operand", "op-arity", "2", () => one("Add")],
    ["left-out", "op-arity", "inputs", () => before([node("Conv", "x _ b", "h")], "h", { b: floats([1]) })],
    [
      "batch-norm-training",
      "batch-dependent-op",
      "eval mode",
      () =>
        before([node("BatchNormalization", "x s s s s", "h m v", { training_mode: 1 })], "h", { s: floats([1], 1) }),
    ],
    [
      "decided-later",
      "dropout-mode",
      "eval mode",
      () =>
        before(
          [
            node("ReduceMax", "x", "m", { keepdims: 0 }),
            node("Cast", "m", "on", { to: 9 }),
            node("Dropout", "x ratio on", "h"),
          ],
          "h",
          mode,
        ),
    ],
    [
      "all-dropped",
      "dropout-mode",
      "[0, 1)",
      () => before([node("Dropout", "x ratio on", "h")], "h", { ratio: floats([], 1), on: bool(1) }),
    ],
  ];
}

function bool(value: number): Tensor {
  return { type: elementTypes.bool, dims: [], data: Uint8Array.of(value) };
}

function badAttributes(): Case[] {
  const relu = (attributes: Parameters<typeof node>[3]) => before([node("LeakyRelu", "x", "h", attributes)], "h");
  const conv = (attributes: Parameters<typeof node>[3]) =>
    before([node("Conv", "x k", "h", attributes)], "h", { k: floats([1, 1, 3, 3]) });
  return [
    ["leaky-slope", "attribute-unknown", "LeakyRelu.slope", () => relu({ slope: { f: 0.1 } })],
    ["whole-alpha", "attribute-kind", "LeakyRelu", () => relu({ alpha: 1 })],
    ["alpha-nan", "attribute-range", "NaN", () => relu({ alpha: { f: Number.NaN } })],
    ["no-axis", "attribute-missing", "axis", () => before([node("Concat", "x x", "h")], "h")],
    ["no-constant", "attribute-missing", "exactly one", () => before([node("Constant", "", "h")], "h")],
    ["stride-0", "attribute-range", "1 to 4096", () => conv({ strides: [0, 1] })],
    ["negative-padding", "attribute-range", "0 to 4096", () => conv({ pads: [0, 0, -3, 0] })],
    ["auto-pad", "attribute-range", "SAME_UPPER", () => conv({ auto_pad: "ROUND" })],
    ["long-list", "attribute-range", "64 entries", () => conv({ pads: Array(100_000).fill(0) })],
    ["cast-to-text", "attribute-range", "string", () => before([node("Cast", "x", "h", { to: 8 })], "h")],
    ["cast-to-float8", "attribute-range", "type 17", () => before([node("Cast", "x", "h", { to: 17 })], "h")],
  ];
}

function badGraphs(): Case[] {
  return [
    ["cycle", "graph-not-sorted", "cycle", () => before([node("Add", "x b", "a"), node("Relu", "a", "b")], "b")],
    ["self", "graph-not-sorted", "cycle", () => before([node("Add", "x a", "a")], "a")],
    [
      "upside-down",
      "graph-not-sorted",
      "before it is made",
      () => before([node("Relu", "a", "b"), node("Relu", "x", "a")], "b"),
    ],
    ["two-nodes", "duplicate-name", "a", () => before([node("Relu", "x", "a"), node("Abs", "x", "a")], "a")],
    ["over-the-input", "duplicate-name", "x", () => before([node("Relu", "x", "x")], "x")],
    ["over-a-weight", "duplicate-name", "w", () => before([node("Relu", "x", "w")], "w", { w: floats([1]) })],
    ["nowhere", "input-undefined", "nowhere", () => before([node("Add", "x nowhere", "h")], "h")],
    [
      "unnamed-input",
      "name-missing",
      "name",
      () => honest({ inputs: [tensorValue("", ["N", 1, 28, 28]), tensorValue("x", ["N", 1, 28, 28])] }),
    ],
  ];
}

function badWeights(): Case[] {
  const scaled = (w: Tensor) => before([node("Mul", "x w", "h")], "h", { w });
  const typed = (type: number, dims: number[], bytes: number) => scaled({ type, dims, data: new Uint8Array(bytes) });
  const { float32, bool } = elementTypes;
  return [
    ["nan", "weights-not-finite", "NaN", () => scaled(floats([2], [1, Number.NaN]))],
    ["nan-scalar", "weights-not-finite", "NaN", () => scaled(floats([], Number.NaN))],
    ["infinity", "weights-not-finite", "Infinity", () => scaled(floats([2], [1, Number.POSITIVE_INFINITY]))],
    ["too-short", "tensor-data-length", "112 bytes", () => typed(float32, [28], 111)],
    ["too-long", "tensor-data-length", "4 bytes", () => typed(float32, [], 112)],
    ["empty", "tensor-data-length", "0 bytes", () => typed(float32, [28], 0)],
    ["overflow", "tensor-data-length", "4 bytes", () => typed(float32, [2 ** 32, 2 ** 30], 4)],
    ["negative", "tensor-dims", "-1", () => typed(float32, [-1, 28], 112)],
    ["nine", "rank-too-high", "at most 8", () => typed(float32, Array(9).fill(1), 4)],
    [
      "two",
      "tensor-bool",
      "neither 0 nor 1",
      () => before([node("Where", "w x x", "h")], "h", { w: { type: bool, dims: [], data: Uint8Array.of(2) } }),
    ],
    ["weight", "string-tensor", "text", () => typed(elementTypes.string, [1], 0)],
    ["complex", "tensor-type", "type 14", () => typed(14, [1], 8)],
    ["float8", "tensor-type", "type 17", () => typed(17, [1], 1)],
    ["int4", "tensor-type", "type 22", () => typed(22, [2], 1)],
  ];
}

function badSideFiles(): Case[] {
  return [
    ["not-sent", "external-data-missing", "external_data=False", () => outside("m.onnx.data", 0, 16)],
    ["etc-passwd", "external-data-absolute-path", "/etc/passwd", () => outside("/etc/passwd", 0, 16), 64],
    ["windows", "external-data-absolute-path", "file of the machine", () => outside("C:\\secret", 0, 16), 64],
    ["two-up", "external-data-parent-path", "../../secret", () => outside("../../secret", 0, 16), 64],
    ["inside-out", "external-data-parent-path", "model's folder", () => outside("a/../../b", 0, 16), 64],
    ["folder", "external-data-path", "plain", () => outside("weights/m.data", 0, 16), 64],
    ["unnamed", "external-data-path", "plain", () => outside("", 0, 16), 64],
    ["two", "external-data-many-files", "one file", () => outside("a.data", 0, 16, "b.data"), 64],
    ["beyond-the-end", "external-data-out-of-bounds", "inside 64 bytes", () => outside("m.data", 60, 16), 64],
    ["wrong-length", "external-data-out-of-bounds", "length 12", () => outside("m.data", 0, 12), 64],
    ["no-number", "external-data-out-of-bounds", "1e3", () => outside("m.data", "1e3", 16), 64],
    ["minus-one", "external-data-out-of-bounds", "-1", () => outside("m.data", "-1", 16), 64],
    ["same-bytes-400-times", "model-too-large", "209715200", () => shared(400, 2 ** 20), 2 ** 20],
  ];
}

/** A classifier with a weight [4] in a side file, and a second one if it has a place too. */
function outside(location: string, offset: number | string, length: number, second?: string): Uint8Array<ArrayBuffer> {
  const places = [location, ...(second === undefined ? [] : [second])];
  const nodes = places.map((_, i) => node("Mul", `${i ? `h${i - 1}` : "x"} w${i}`, `h${i}`));
  return withOutside(
    before(nodes, `h${places.length - 1}`),
    places.map((place) => ({ place, offset, length, dims: [4] })),
  );
}

function shared(count: number, length: number): Uint8Array<ArrayBuffer> {
  return withOutside(honest(), Array(count).fill({ place: "m.data", offset: 0, length, dims: [length / 4] }));
}

function badEnds(): Case[] {
  const x = tensorValue("x", ["N", 1, 28, 28]);
  const { int64, string, float32 } = elementTypes;
  return [
    ["none", "output-missing", "output", () => honest({ outputs: [] })],
    ["from-nowhere", "output-undefined", "No node", () => honest({ outputs: [tensorValue("z", ["N", 10])] })],
    ["the-input", "output-undefined", "No node", () => honest({ outputs: [x] })],
    [
      "sequence",
      "output-not-tensor",
      "zipmap",
      () => honest({ outputs: [{ name: "y", kind: "sequence", type: 0, dims: null }] }),
    ],
    [
      "label-only",
      "output-type",
      "int64",
      () => ended([node("ArgMax", "u", "y", { axis: 1, keepdims: 0 })], [tensorValue("y", ["N"], int64)]),
    ],
    ["text", "string-tensor", "text", () => honest({ outputs: [tensorValue("y", ["N"], string)] })],
    [
      "eleven",
      "output-classes",
      "[N, 10]",
      () => encode(modelOf({ ...head("x", "y", 11), outputs: [tensorValue("y", ["N", 11])] })),
    ],
    ["declared-ten", "output-classes", "[1, 9]", () => encode(modelOf(head("x", "y", 9)))],
    ["image", "output-shape", "one row", () => ended([node("Relu", "x", "y")], [tensorValue("y", ["N", 1, 28, 28])])],
    ["cube", "output-shape", "one row", () => ended([node("Unsqueeze", "u one", "y")], [tensorValue("y", null)])],
    [
      "none",
      "input-missing",
      "takes no input",
      () => before([node("Relu", "c", "h")], "h", { c: floats([1, 1, 28, 28]) }, { inputs: [] }),
    ],
    [
      "two",
      "inputs-many",
      "x, label",
      () => before([node("Add", "x label", "h")], "h", {}, { inputs: [x, tensorValue("label", ["N", 1, 1, 1])] }),
    ],
    ["32-by-32", "input-shape", "[N, 1, 28, 28]", () => honest({ inputs: [tensorValue("x", ["N", 3, 32, 32])] })],
    ["no-batch", "input-shape", "[784]", () => honest({ inputs: [tensorValue("x", [784])] })],
    [
      "bytes",
      "input-type",
      "uint8",
      () => honest({ inputs: [tensorValue("x", ["N", 1, 28, 28], elementTypes.uint8)] }),
    ],
    [
      "undeclared",
      "input-type",
      "undeclared",
      () => honest({ inputs: [{ name: "x", kind: "undeclared", type: 0, dims: null }] }),
    ],
    ["text-input", "string-tensor", "takes text", () => honest({ inputs: [tensorValue("x", ["N"], string)] })],
    ["none", "input-batch", "dynamic", () => honest({ inputs: [tensorValue("x", [0, 1, 28, 28], float32)] })],
    ["million", "input-batch", "4096", () => honest({ inputs: [tensorValue("x", [1_000_000, 1, 28, 28])] })],
  ];
}

/** The honest scores as "u", then other nodes and outputs. */
function ended(nodes: Model["graph"]["nodes"], outputs: Model["graph"]["outputs"]): Uint8Array<ArrayBuffer> {
  const scores = head("x", "u");
  return encode(
    modelOf({ nodes: [...scores.nodes, ...nodes], weights: { ...scores.weights, one: ints([1]) }, outputs }),
  );
}

function tooMuch(): Case[] {
  // Each makes something huge and adds one element of it to the scores, so that it is no dead code.
  const grown = (op: string, inputs: string, weights: Record<string, Tensor>, attributes = {}) =>
    before(
      [
        node(op, inputs, "huge", attributes),
        node("ReduceMax", "huge", "m", { keepdims: 0 }),
        node("Cast", "m", "f", { to: 1 }),
        node("Add", "x f", "h"),
      ],
      "h",
      weights,
    );
  const doubled = Array.from({ length: 40 }, (_, i) => node("Concat", `d${i} d${i}`, `d${i + 1}`, { axis: 2 }));
  const squared = Array.from({ length: 4 }, (_, i) => node("MatMul", `s${i} s${i}`, `s${i + 1}`));
  return [
    [
      "constant-of-shape-100-gb",
      "activation-too-large",
      "1073741824",
      () => grown("ConstantOfShape", "to", { to: ints([25, 1_000_000_000]) }),
    ],
    [
      "constant-of-shape-overflow",
      "activation-too-large",
      "example",
      () => grown("ConstantOfShape", "to", { to: ints([2 ** 25, 2 ** 25]) }),
    ],
    [
      "range",
      "activation-too-large",
      "Range",
      () => grown("Range", "a b c", { a: ints(0), b: ints(1e11), c: ints(1) }),
    ],
    ["expand", "activation-too-large", "example", () => grown("Expand", "x to", { to: ints([1, 1_000_000, 28, 28]) })],
    ["tile", "activation-too-large", "example", () => grown("Tile", "x to", { to: ints([1, 1, 1000, 1000]) })],
    [
      "resize",
      "activation-too-large",
      "example",
      () => grown("Resize", "x _ by", { by: floats([4], [1, 1, 2000, 2000]) }, { mode: "nearest" }),
    ],
    [
      "pad",
      "activation-too-large",
      "example",
      () => grown("Pad", "x to", { to: ints([0, 0, 0, 0, 0, 0, 40_000, 40_000]) }),
    ],
    ["concat-doubling", "activation-too-large", "example", () => before([node("Relu", "x", "d0"), ...doubled], "d40")],
    [
      "one-hot",
      "activation-too-large",
      "example",
      () =>
        before(
          [
            node("Cast", "x", "i", { to: 7 }),
            node("OneHot", "i depth pair", "o"),
            node("ReduceMax", "o", "m", { keepdims: 0 }),
            node("Add", "x m", "h"),
          ],
          "h",
          { depth: ints(1e9), pair: floats([2], [0, 1]) },
        ),
    ],
    [
      "matmul-12000",
      "cost-too-high",
      "5 GFLOP",
      () =>
        before(
          [
            node("ConstantOfShape", "to", "s0"),
            ...squared,
            node("ReduceMax", "s4", "m", { keepdims: 0 }),
            node("Add", "x m", "h"),
          ],
          "h",
          { to: ints([12_000, 12_000]) },
        ),
    ],
    [
      "wide-convolution",
      "cost-too-high",
      "5 GFLOP",
      () =>
        before([node("Resize", "x _ by", "r", { mode: "nearest" }), node("Conv", "r k", "h")], "h", {
          by: floats([4], [1, 1, 40, 40]),
          k: floats([64, 1, 9, 9]),
        }),
    ],
  ];
}
