import { elementTypes, type Tensor } from "#onnx/model.ts";
import { before, floats, honest, node, type Parts, tensorValue } from "./graph.ts";
import { tooMuch } from "./model-costs.ts";
import { badEnds } from "./model-ends.ts";
import { badFiles, type Case } from "./model-files.ts";
import { badSideFiles, badWeights } from "./model-weights.ts";

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
