import { type Case, use } from "#golden/gradient-cases/case.ts";
import { floats, ints, node } from "#golden/graph.ts";
import { elementTypes } from "#onnx/model.ts";
import { tensorOf } from "#onnx/values.ts";

const full = [2, 3, 4];
const scalar = floats([], [1.7]);
const row = floats([4], [0.5, -1, 2, 1]);

/** Both operands of one shape, each broadcast in turn, and one a constant. */
function binary(op: string, linear: boolean, range: [number, number] = [0.5, 2]): Case[] {
  return [
    use(op, "one shape", [full, full], { range }),
    use(op, "second broadcast", [full, [2, 1, 4]], { range }),
    use(
      op,
      "first broadcast in rank",
      [
        [2, 4],
        [3, 2, 4],
      ],
      { range },
    ),
    use(op, "constant row", [full], { range, weights: { w: row }, linear: linear && op !== "Div" ? true : linear }),
    use(op, "of a constant", [full], { range, operands: "w a", weights: { w: scalar } }),
  ];
}

const bool = (dims: number[], values: number[]) => tensorOf(elementTypes.bool, dims, Uint8Array.from(values));

export const arithmeticCases: Case[] = [
  ...binary("Add", false),
  ...binary("Sub", false),
  ...binary("Mul", true),
  ...binary("Div", true),
  use("Pow", "square", [full], { weights: { w: floats([], [2]) } }),
  use("Pow", "cube, with zero in reach", [full], { weights: { w: floats([], [3]) } }),
  use("Pow", "root", [full], { range: [0.1, 2], weights: { w: floats([], [0.5]) } }),
  use("Pow", "a list of exponents", [full], { range: [0.2, 2], weights: { w: floats([4], [1, 2, 0.5, -1]) } }),
  use("Pow", "exponent depends on the input", [full, full], { range: [0.3, 2] }),
  use("Pow", "constant base", [full], { operands: "w a", weights: { w: scalar } }),
  use("Mod", "fmod", [full, full], { range: [0.6, 3], attributes: { fmod: 1 } }),
  use("Mod", "by a constant", [full], { range: [-2, 2], attributes: { fmod: 1 }, weights: { w: floats([], [0.7]) } }),
  ...["Max", "Min"].flatMap((op) => [
    use(op, "three operands", [full, [1, 4], full], { from: 8 }),
    use(op, "against a constant", [full], { from: 8, weights: { w: floats([], [0.2]) } }),
    use(op, "alone", [full], { linear: true }),
  ]),
  ...["Sum", "Mean"].flatMap((op) => [
    use(op, "three operands", [full, [2, 1, 4], full], { from: 8, linear: true }),
    use(op, "alone", [full], { linear: true }),
  ]),
  use("Where", "broadcast", [full, [2, 1, 4]], {
    operands: "c a b",
    linear: true,
    weights: { c: bool([3, 1], [1, 0, 1]) },
  }),
  use("PRelu", "slope for each channel", [[2, 3, 4]], { weights: { w: floats([3, 1], [0.1, 0.3, 2]) } }),
  use("PRelu", "slope depends on the input", [full, [2, 1, 4]]),
  use("CumSum", "", [full], { linear: true, weights: { w: tensorOf(elementTypes.int64, [], BigInt64Array.of(1n)) } }),
  use("CumSum", "reverse, exclusive", [full], {
    linear: true,
    attributes: { reverse: 1, exclusive: 1 },
    weights: { w: tensorOf(elementTypes.int64, [], BigInt64Array.of(-1n)) },
  }),
  ...[0, 1].map((exclusive) =>
    use("CumProd", exclusive ? "reverse, exclusive" : "", [full], {
      attributes: { exclusive, reverse: exclusive },
      weights: { w: tensorOf(elementTypes.int64, [], BigInt64Array.of(1n)) },
    }),
  ),
  use("Cast", "to float64 and back", [full], {
    linear: true,
    attributes: { to: elementTypes.float64 },
    outputs: "wide",
    from: 9,
    after: [node("Cast", "wide", "y", { to: elementTypes.float32 })],
  }),
  use("CastLike", "", [full], { linear: true, weights: { w: floats([1], [0]) } }),
  use("Softmax", "last axis", [full], { attributes: { axis: 2 } }),
  use("Softmax", "middle axis", [full], { attributes: { axis: 1 } }),
  use("Softmax", "default axis", [full]),
  use("LogSoftmax", "middle axis", [full], { attributes: { axis: 1 } }),
  use("LogSoftmax", "default axis", [full]),
  use("LogSoftmax", "first axis from the end", [full], { attributes: { axis: -3 } }),
  use("Trilu", "upper", [[2, 4, 4]], { linear: true }),
  use("Trilu", "lower, shifted", [[2, 4, 4]], {
    linear: true,
    attributes: { upper: 0 },
    weights: { k: tensorOf(elementTypes.int64, [], BigInt64Array.of(1n)) },
  }),
  use("ReverseSequence", "", [[4, 2, 3]], { linear: true, weights: { l: ints([4, 2]) } }),
];
