import type { Tensor } from "#onnx/model.ts";
import { before, floats, ints, node } from "./graph.ts";
import type { Case } from "./model-files.ts";

/** Few bytes that ask for much memory or time. */
export function tooMuch(): Case[] {
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
