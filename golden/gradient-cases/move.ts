import { type Case, type Told, use } from "#golden/gradient-cases/case.ts";
import { floats, ints } from "#golden/graph.ts";
import { elementTypes } from "#onnx/model.ts";
import { tensorOf } from "#onnx/values.ts";

const linear: Told = { linear: true };
const shape = [2, 3, 4, 4];

/** Once by attribute, in old opsets, and once by operands. */
function told(
  op: string,
  what: string,
  from: number,
  shapes: number[][],
  attributes: Told["attributes"],
  weights: Told["weights"],
  rest: Told = {},
): Case[] {
  return [
    use(op, what, shapes, { ...linear, ...rest, until: from - 1, attributes: { ...rest.attributes, ...attributes } }),
    use(op, what, shapes, { ...linear, ...rest, from, weights }),
  ];
}

const whole = (value: number) => tensorOf(elementTypes.int64, [], BigInt64Array.of(BigInt(value)));

function pads(mode: string, what: string, list: number[]): Case[] {
  return told("Pad", `${mode}, ${what}`, 11, [shape], { pads: list }, { p: ints(list) }, { attributes: { mode } });
}

function slices(what: string, starts: number[], ends: number[], axes: number[], steps: number[]): Case {
  const weights = { s: ints(starts), e: ints(ends), x: ints(axes), t: ints(steps) };
  return use("Slice", what, [shape], { ...linear, from: 10, weights });
}

const end = 2 ** 31 - 1;

export const moveCases: Case[] = [
  use("Reshape", "with -1 and 0", [shape], { ...linear, weights: { r: ints([0, -1, 8]) } }),
  use("Flatten", "", [shape], { ...linear, attributes: { axis: 2 } }),
  ...told("Squeeze", "an axis", 13, [[2, 1, 3, 1]], { axes: [1] }, { x: ints([-1]) }),
  use("Squeeze", "all", [[2, 1, 3, 1]], linear),
  ...told("Unsqueeze", "two axes", 13, [[2, 3]], { axes: [0, 3] }, { x: ints([-1, 0]) }),
  use("Transpose", "", [shape], { ...linear, attributes: { perm: [2, 0, 3, 1] } }),
  use("Transpose", "default", [[2, 3, 4]], linear),
  use(
    "Concat",
    "",
    [
      [2, 3, 4],
      [2, 1, 4],
    ],
    { ...linear, attributes: { axis: -2 }, operands: "a w b", weights: { w: floats([2, 2, 4]) } },
  ),
  ...told(
    "Split",
    "unequal",
    13,
    [[2, 5, 2]],
    { split: [2, 3] },
    { s: ints([2, 3]) },
    { attributes: { axis: 1 }, outputs: "p q", taken: ["p", "q"] },
  ),
  use("Split", "equal", [[2, 6, 2]], {
    ...linear,
    attributes: { axis: 1 },
    outputs: "p q r",
    taken: ["p", "q", "r"],
    until: 17,
  }),
  use("Split", "one part unused", [[2, 5, 2]], {
    ...linear,
    attributes: { axis: 1, num_outputs: 2 },
    outputs: "p q",
    taken: ["q"],
    from: 18,
  }),
  use("Expand", "", [[2, 1, 4]], { ...linear, weights: { e: ints([3, 2, 5, 1]) } }),
  use("Tile", "", [[2, 3, 2]], { ...linear, weights: { t: ints([2, 1, 3]) } }),
  use("DepthToSpace", "DCR", [[2, 8, 2, 3]], { ...linear, attributes: { blocksize: 2 } }),
  use("DepthToSpace", "CRD", [[2, 8, 2, 3]], { ...linear, from: 11, attributes: { blocksize: 2, mode: "CRD" } }),
  use("SpaceToDepth", "", [[2, 3, 4, 6]], { ...linear, attributes: { blocksize: 2 } }),
  ...pads("constant", "cut and added", [0, 0, 1, -1, 0, 1, 2, 3]),
  ...pads("reflect", "both images axes", [0, 0, 1, 2, 0, 0, 3, 0]),
  ...pads("edge", "both image axes", [0, 0, 1, 2, 0, 0, 3, 0]),
  use("Pad", "wrap", [shape], {
    ...linear,
    from: 19,
    attributes: { mode: "wrap" },
    weights: { p: ints([0, 0, 1, 2, 0, 0, 3, 0]) },
  }),
  use("Pad", "some axes, with a value", [shape], {
    from: 18,
    weights: { p: ints([1, 2, 0, 1]), v: floats([], [3]), x: ints([-1, 2]) },
  }),
  use("Slice", "by attribute", [shape], {
    ...linear,
    until: 9,
    attributes: { starts: [1, -3], ends: [3, end], axes: [1, 3] },
  }),
  slices("from the end", [1, -3], [3, end], [1, 3], [1, 1]),
  slices("with steps", [3, 0], [0, end], [2, 3], [-2, 3]),
  slices("backwards", [-1], [-end], [3], [-1]),
  use("Slice", "without axes", [[2, 5]], { ...linear, from: 10, weights: { s: ints([0, 1]), e: ints([2, 4]) } }),
  use("Gather", "one index", [shape], { ...linear, attributes: { axis: 1 }, weights: { i: whole(-1) } }),
  use("Gather", "repeated indices", [shape], {
    ...linear,
    attributes: { axis: 2 },
    weights: { i: ints([0, 3, 3, -4]) },
  }),
  use("Gather", "a long axis", [[2, 600]], {
    ...linear,
    attributes: { axis: 1 },
    weights: { i: ints(Array.from({ length: 200 }, (_, i) => (i * 7) % 600)) },
  }),
  use("GatherElements", "", [[2, 4]], {
    ...linear,
    attributes: { axis: 1 },
    weights: { i: tensorOf(7, [2, 3], BigInt64Array.of(0n, 0n, 3n, -1n, 1n, 1n)) },
  }),
  use("GatherND", "", [[2, 3, 4]], {
    ...linear,
    weights: { i: tensorOf(7, [3, 2], BigInt64Array.of(0n, 1n, 1n, 2n, 0n, 1n)) },
  }),
  use("GatherND", "batch_dims", [[2, 3, 4]], {
    ...linear,
    from: 12,
    attributes: { batch_dims: 1 },
    weights: { i: tensorOf(7, [2, 2, 1], BigInt64Array.of(0n, 2n, 1n, 1n)) },
  }),
  use("Compress", "", [[2, 4]], {
    ...linear,
    attributes: { axis: 1 },
    weights: { c: tensorOf(9, [4], Uint8Array.of(1, 0, 1, 1)) },
  }),
  ...["ScatterElements", "Scatter"].map((op) =>
    use(
      op,
      "",
      [
        [2, 4],
        [2, 2],
      ],
      {
        ...linear,
        attributes: { axis: 1 },
        operands: "a i b",
        weights: { i: tensorOf(7, [2, 2], BigInt64Array.of(0n, 3n, 2n, 1n)) },
      },
    ),
  ),
  ...["add", "max", "min"].map((reduction) =>
    use(
      "ScatterElements",
      reduction,
      [
        [2, 4],
        [2, 2],
      ],
      {
        from: reduction === "add" ? 16 : 18,
        attributes: { axis: 1, reduction },
        operands: "a i b",
        weights: { i: tensorOf(7, [2, 2], BigInt64Array.of(0n, 3n, 2n, 2n)) },
      },
    ),
  ),
  use(
    "ScatterND",
    "",
    [
      [2, 4],
      [1, 4],
    ],
    { ...linear, operands: "a i b", weights: { i: tensorOf(7, [1, 1], BigInt64Array.of(1n)) } },
  ),
  use(
    "ScatterND",
    "add",
    [
      [2, 4],
      [2, 4],
    ],
    {
      ...linear,
      from: 16,
      attributes: { reduction: "add" },
      operands: "a i b",
      weights: { i: tensorOf(7, [2, 1], BigInt64Array.of(1n, 1n)) },
    },
  ),
  ...told("TopK", "largest", 10, [[2, 6]], { k: 3 }, { k: ints([3]) }, { outputs: "y i", linear: false }),
  use("TopK", "smallest of the first axis", [[6, 2]], {
    from: 11,
    attributes: { axis: 0, largest: 0 },
    outputs: "y i",
    weights: { k: ints([2]) },
  }),
  use("CenterCropPad", "", [[2, 5, 4]], { ...linear, weights: { s: ints([3, 2, 7]) } }),
];
