import { type Case, type Told, use } from "#golden/gradient-cases/case.ts";
import { uniform } from "#golden/gradients.ts";
import { floats, ints, node } from "#golden/graph.ts";
import { elementCount, type Tensor } from "#onnx/model.ts";

function weight(...dims: number[]): Tensor {
  const random = uniform(elementCount(dims));
  return floats(
    dims,
    Array.from({ length: elementCount(dims) }, () => 2 * random() - 1),
  );
}

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

const matrixCases: Case[] = [
  use("MatMul", "two matrices", [
    [2, 3],
    [3, 4],
  ]),
  use("MatMul", "by a constant", [[2, 5, 3]], { ...linear, weights: { w: weight(3, 4) } }),
  use("MatMul", "of a constant", [[3, 4]], { ...linear, operands: "w a", weights: { w: weight(5, 3) } }),
  use("MatMul", "batches that broadcast", [
    [2, 1, 3, 4],
    [5, 4, 2],
  ]),
  use("MatMul", "a row", [[4], [2, 4, 3]]),
  use("MatMul", "a column", [[2, 3, 4], [4]]),
  use("MatMul", "two lists", [[4], [4]]),
  ...[0, 1].flatMap((transA) =>
    [0, 1].map((transB) =>
      use("Gemm", `transA ${transA}, transB ${transB}`, [transA ? [3, 2] : [2, 3], transB ? [4, 3] : [3, 4], [4]], {
        attributes: { transA, transB, alpha: { f: 0.5 }, beta: { f: 2 } },
      }),
    ),
  ),
  use("Gemm", "without C", [[2, 3]], { ...linear, from: 11, weights: { w: weight(3, 4) } }),
];

const einsums: [string, number[][]][] = [
  [
    "ij,jk->ik",
    [
      [2, 3],
      [3, 4],
    ],
  ],
  [
    "bij,bkj->bik",
    [
      [2, 3, 4],
      [2, 5, 4],
    ],
  ],
  [
    "...ij,jk->...ik",
    [
      [2, 3, 4],
      [4, 2],
    ],
  ],
  ["ij->", [[2, 3]]],
  ["ij->j", [[2, 3]]],
  [
    "ij,jk",
    [
      [2, 3],
      [3, 2],
    ],
  ],
  ["i,j,k->ijk", [[2], [4], [2]]],
  ["ijk,k->i", [[2, 3, 4], [4]]],
  [
    "...,...->...",
    [
      [2, 3, 4],
      [2, 1, 4],
    ],
  ],
];

const einsumCases: Case[] = einsums.map(([equation, shapes]) =>
  use("Einsum", equation, shapes, { attributes: { equation }, linear: shapes.length === 1 }),
);

const norms: Case[] = [
  use("BatchNormalization", "", [[2, 3, 4, 4]], {
    attributes: { epsilon: { f: 0.01 } },
    linear: false,
    weights: { s: weight(3), b: weight(3), m: weight(3), v: floats([3], [0.5, 1, 2]) },
  }),
  use("BatchNormalization", "of a matrix", [[2, 3]], {
    weights: { s: weight(3), b: weight(3), m: weight(3), v: floats([3], [0.5, 1, 2]) },
  }),
  use("LayerNormalization", "last axis", [[2, 3, 8]], { weights: { s: weight(8), b: weight(8) } }),
  use("LayerNormalization", "two axes, no bias", [[2, 3, 8]], {
    attributes: { axis: 1 },
    weights: { s: weight(3, 8) },
  }),
  use("LayerNormalization", "scale and bias depend on the input", [[2, 3, 8], [8], [8]], {}),
  use("InstanceNormalization", "", [[2, 3, 4, 4]], { weights: { s: weight(3), b: weight(3) } }),
  use("InstanceNormalization", "scale and bias depend on the input", [[2, 4, 6], [4], [4]], {}),
  use("GroupNormalization", "", [[2, 4, 3, 3]], {
    attributes: { num_groups: 2 },
    weights: { s: weight(4), b: weight(4) },
  }),
  use("RMSNormalization", "", [[2, 3, 8]], { weights: { s: weight(8) } }),
  use("LRN", "", [[2, 5, 3, 3]], { attributes: { size: 3, alpha: { f: 0.5 }, bias: { f: 1.5 } } }),
  use("LpNormalization", "p = 2", [[2, 3, 4]], {}),
  use("LpNormalization", "p = 1", [[2, 3, 4]], { attributes: { p: 1, axis: 1 } }),
  use("MeanVarianceNormalization", "", [[2, 3, 4, 4]], {}),
  use("MeanVarianceNormalization", "each image", [[2, 3, 4, 4]], { attributes: { axes: [2, 3] } }),
];

function resize(
  what: string,
  attributes: Told["attributes"],
  to: { sizes?: number[]; scales?: number[] },
  told: Told = {},
): Case {
  const weights: Record<string, Tensor> = to.sizes
    ? { s: int64(to.sizes) }
    : { s: floats([to.scales!.length], to.scales!) };
  return use("Resize", what, [[2, 2, 5, 6]], {
    ...linear,
    from: 13,
    attributes,
    operands: to.sizes ? "a _ _ s" : "a _ s",
    weights,
    ...told,
  });
}

function int64(values: number[]): Tensor {
  return { type: 7, dims: [values.length], data: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) };
}

const transforms = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"];

const resizeCases: Case[] = [
  ...["nearest", "linear", "cubic"].flatMap((mode) =>
    transforms.map((coordinate_transformation_mode) =>
      resize(
        `${mode}, ${coordinate_transformation_mode}`,
        { mode, coordinate_transformation_mode },
        { sizes: [2, 2, 8, 4] },
      ),
    ),
  ),
  ...["floor", "ceil", "round_prefer_ceil"].map((nearest_mode) =>
    resize(`nearest, ${nearest_mode}`, { mode: "nearest", nearest_mode }, { scales: [1, 1, 0.7, 1.6] }),
  ),
  resize("scales that keep a size", { mode: "linear" }, { scales: [1, 1, 1.1, 2] }),
  resize(
    "half_pixel_symmetric",
    { mode: "linear", coordinate_transformation_mode: "half_pixel_symmetric" },
    { scales: [1, 1, 1.5, 0.7] },
    { from: 19 },
  ),
  resize(
    "cubic, exclude_outside",
    { mode: "cubic", exclude_outside: 1, cubic_coeff_a: { f: -0.5 } },
    { sizes: [2, 2, 9, 3] },
  ),
  resize("linear, antialias", { mode: "linear", antialias: 1 }, { sizes: [2, 2, 3, 4] }, { from: 18 }),
  resize("cubic, antialias", { mode: "cubic", antialias: 1 }, { sizes: [2, 2, 3, 4] }, { from: 18 }),
  resize("some axes", { mode: "linear", axes: [3, 2] }, { scales: [2, 1.5] }, { from: 18 }),
  use("Resize", "opset 10", [[2, 2, 5, 6]], {
    ...linear,
    until: 10,
    attributes: { mode: "linear" },
    weights: { s: floats([4], [1, 1, 1.5, 2]) },
  }),
  use("Resize", "opset 10, nearest", [[2, 2, 5, 6]], {
    ...linear,
    until: 10,
    weights: { s: floats([4], [1, 1, 0.6, 2.5]) },
  }),
  use("Upsample", "linear", [[2, 2, 5, 6]], {
    ...linear,
    from: 9,
    attributes: { mode: "linear" },
    weights: { s: floats([4], [1, 1, 1.5, 2]) },
  }),
  use("Upsample", "nearest", [[2, 2, 5, 6]], { ...linear, from: 9, weights: { s: floats([4], [1, 1, 2, 3]) } }),
];

export const layerCases: Case[] = [
  ...convCases,
  ...transposedCases,
  ...foldCases,
  ...poolCases,
  ...matrixCases,
  ...einsumCases,
  ...norms,
  ...resizeCases,
];
