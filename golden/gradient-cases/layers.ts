import { type Case, type Told, use } from "#golden/gradient-cases/case.ts";
import { weight } from "#golden/gradient-cases/weight.ts";
import { floats } from "#golden/graph.ts";

const linear: Told = { linear: true };

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

/** Products and normalisations. */
export const layerCases: Case[] = [...matrixCases, ...einsumCases, ...norms];
