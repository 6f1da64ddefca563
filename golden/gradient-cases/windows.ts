import { type Case, type Told, use } from "#golden/gradient-cases/case.ts";
import { weight } from "#golden/gradient-cases/weight.ts";
import { ints, node } from "#golden/graph.ts";

const linear: Told = { linear: true };

function conv(what: string, x: number[], w: number[], attributes: Told["attributes"] = {}): Case {
  return use("Conv", what, [x], { ...linear, attributes, weights: { w: weight(...w) } });
}

const image = [2, 4, 7, 8];

const convCases: Case[] = [
  conv("3 x 3", image, [5, 4, 3, 3], { pads: [1, 1, 1, 1] }),
  conv("1 x 1", image, [5, 4, 1, 1]),
  conv("strides that leave cells over", image, [5, 4, 3, 3], { strides: [2, 3], pads: [1, 0, 0, 1] }),
  conv("1 x 1 at stride 2", image, [5, 4, 1, 1], { strides: [2, 2] }),
  conv("groups", image, [6, 2, 3, 3], { group: 2 }),
  conv("groups at stride 2", image, [6, 2, 3, 3], { group: 2, strides: [2, 2], pads: [1, 1, 1, 1] }),
  conv("depthwise", image, [4, 1, 5, 5], { group: 4, pads: [2, 2, 2, 2] }),
  conv("dilations", image, [5, 4, 3, 2], { dilations: [2, 3] }),
  conv("dilations at stride 2", image, [5, 4, 3, 2], { dilations: [2, 3], strides: [2, 2] }),
  conv("pads wider than the kernel", image, [5, 4, 2, 2], { pads: [3, 2, 1, 3] }),
  conv("SAME_UPPER at stride 2", image, [5, 4, 3, 2], { auto_pad: "SAME_UPPER", strides: [2, 2] }),
  conv("SAME_LOWER", image, [5, 4, 4, 2], { auto_pad: "SAME_LOWER" }),
  conv("VALID", image, [5, 4, 3, 2], { auto_pad: "VALID" }),
  conv("one axis", [2, 4, 9], [5, 4, 3], { pads: [1, 1] }),
  conv("three axes", [2, 2, 4, 5, 4], [3, 2, 3, 2, 2], { strides: [1, 2, 1], pads: [1, 0, 0, 1, 1, 0] }),
  use(
    "Conv",
    "weights that depend on the input",
    [
      [2, 4, 6, 5],
      [6, 2, 3, 2],
    ],
    { attributes: { group: 2, strides: [2, 1], dilations: [1, 2], pads: [1, 0, 0, 1] } },
  ),
  use(
    "ConvTranspose",
    "weights that depend on the input",
    [
      [2, 4, 3, 4],
      [4, 3, 3, 2],
    ],
    { attributes: { group: 2, strides: [2, 1], pads: [1, 0, 0, 1], output_padding: [1, 0] } },
  ),
  use("Conv", "a bias that depends on the input", [[2, 2, 4, 4], [2]], {
    operands: "a w b",
    weights: { w: weight(2, 2, 3, 3) },
  }),
];

function transposed(what: string, x: number[], w: number[], attributes: Told["attributes"] = {}): Case {
  return use("ConvTranspose", what, [x], { ...linear, attributes, weights: { w: weight(...w) } });
}

const transposedCases: Case[] = [
  transposed("stride 2", [2, 4, 3, 4], [4, 3, 2, 2], { strides: [2, 2] }),
  transposed("pads and output padding", [2, 4, 3, 4], [4, 3, 3, 3], {
    strides: [2, 2],
    pads: [1, 1, 1, 0],
    output_padding: [1, 0],
  }),
  transposed("groups, dilations", [2, 4, 3, 4], [4, 3, 3, 2], { group: 2, dilations: [1, 2] }),
  transposed("output shape", [2, 4, 3, 4], [4, 3, 3, 3], { strides: [2, 2], output_shape: [6, 7] }),
  transposed("output shape, SAME_UPPER", [2, 4, 3, 4], [4, 3, 3, 3], {
    strides: [2, 2],
    output_shape: [6, 7],
    auto_pad: "SAME_UPPER",
  }),
  transposed("SAME_LOWER", [2, 4, 3, 4], [4, 3, 4, 3], { strides: [2, 2], auto_pad: "SAME_LOWER" }),
  transposed("one axis", [2, 4, 5], [4, 3, 3], { strides: [3] }),
];

const foldCases: Case[] = [
  use("Col2Im", "", [[2, 6, 12]], {
    ...linear,
    weights: { s: ints([4, 5]), k: ints([2, 3]) },
    attributes: { pads: [0, 1, 0, 0] },
  }),
  use("Col2Im", "strides, dilations", [[2, 4, 4]], {
    ...linear,
    weights: { s: ints([5, 6]), k: ints([2, 1]) },
    attributes: { strides: [2, 4], dilations: [2, 1] },
  }),
];

function pool(op: string, what: string, x: number[], attributes: Told["attributes"], told: Told = {}): Case {
  return use(op, what, [x], { ...told, attributes });
}

const averages: [string, number[], NonNullable<Told["attributes"]>, Told?][] = [
  ["2 x 2", [2, 3, 4, 6], { kernel_shape: [2, 2], strides: [2, 2] }],
  ["overlapping, padded", [2, 3, 5, 6], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }],
  ["padding counted", [2, 3, 5, 6], { kernel_shape: [3, 2], pads: [1, 0, 1, 1], count_include_pad: 1 }],
  ["ceil", [2, 3, 6, 7], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }, { from: 10 }],
  ["SAME_UPPER", [2, 3, 5, 6], { kernel_shape: [3, 2], strides: [2, 2], auto_pad: "SAME_UPPER" }],
  ["one axis", [2, 3, 7], { kernel_shape: [3], strides: [2] }],
  ["dilations", [2, 3, 7, 8], { kernel_shape: [3, 2], dilations: [2, 3] }, { from: 19 }],
];

const maxima: [string, number[], NonNullable<Told["attributes"]>, Told?][] = [
  ["2 x 2, disjoint", [2, 3, 4, 6], { kernel_shape: [2, 2], strides: [2, 2] }],
  ["disjoint with cells over", [2, 3, 5, 7], { kernel_shape: [2, 2], strides: [2, 3] }],
  ["overlapping", [2, 3, 7, 8], { kernel_shape: [3, 3], strides: [2, 2] }],
  ["padded", [2, 3, 6, 6], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }],
  ["dilations", [2, 3, 7, 8], { kernel_shape: [3, 2], dilations: [2, 3] }, { from: 10 }],
  ["ceil", [2, 3, 6, 7], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }, { from: 10 }],
  ["disjoint, ceil", [2, 3, 5, 7], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }, { from: 10 }],
  ["SAME_LOWER", [2, 3, 5, 6], { kernel_shape: [3, 2], strides: [2, 2], auto_pad: "SAME_LOWER" }],
  ["one axis", [2, 3, 8], { kernel_shape: [2], strides: [2] }],
  ["three axes", [2, 1, 4, 4, 4], { kernel_shape: [2, 2, 2], strides: [2, 2, 2] }],
  ["column-major", [2, 3, 4, 6], { kernel_shape: [2, 2], strides: [2, 2], storage_order: 1 }, { from: 8 }],
];

const poolCases: Case[] = [
  ...averages.map(([what, x, attributes, told]) => pool("AveragePool", what, x, attributes, { ...linear, ...told })),
  ...maxima.map(([what, x, attributes, told]) => pool("MaxPool", what, x, attributes, told)),
  ...[1, 2, 3].map((p) => pool("LpPool", `p = ${p}`, [2, 3, 5, 6], { kernel_shape: [3, 2], strides: [2, 2], p })),
  pool("LpPool", "padded", [2, 3, 5, 6], { kernel_shape: [3, 2], pads: [1, 0, 1, 1] }),
  // The runtime (1.30) has none after opset 21.
  pool("GlobalLpPool", "", [2, 3, 4, 5], {}, { until: 21 }),
  pool("GlobalLpPool", "p = 1", [2, 3, 4, 5], { p: 1 }, { until: 21 }),
  use("MaxUnpool", "", [[2, 2, 2, 2]], {
    ...linear,
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    weights: { source: weight(2, 2, 4, 4) },
    operands: "a at",
    before: [node("MaxPool", "source", "kept at", { kernel_shape: [2, 2], strides: [2, 2] })],
  }),
];

/** Operators with a sliding window. */
export const windowCases: Case[] = [...convCases, ...transposedCases, ...foldCases, ...poolCases];
