import { encode } from "#onnx/encode.ts";
import { elementTypes, type Model } from "#onnx/model.ts";
import { before, floats, head, honest, ints, modelOf, node, tensorValue } from "./graph.ts";
import type { Case } from "./model-files.ts";

/** Inputs and outputs that do not fit the challenge. */
export function badEnds(): Case[] {
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
