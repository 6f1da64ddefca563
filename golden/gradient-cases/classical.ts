import { type Case, type Told, use } from "#golden/gradient-cases/case.ts";
import { uniform } from "#golden/gradients.ts";
import { ints } from "#golden/graph.ts";

function numbers(count: number, seed = count): number[] {
  const random = uniform(seed);
  return Array.from({ length: count }, () => 2 * random() - 1);
}

const [features, vectors] = [4, 5];
const rows = [[6, features]];
const scored: Told = { outputs: "l y", taken: ["y"] };
const three = { classlabels_ints: [0, 1, 2] };

const linear: Case[] = [
  ...["NONE", "SOFTMAX", "LOGISTIC"].map((post_transform) =>
    use("ai.onnx.ml:LinearClassifier", post_transform, rows, {
      ...scored,
      attributes: { ...three, post_transform },
      lists: { coefficients: numbers(3 * features), intercepts: numbers(3) },
    }),
  ),
  use("ai.onnx.ml:LinearRegressor", "", rows, {
    linear: true,
    attributes: { targets: 2 },
    lists: { coefficients: numbers(2 * features), intercepts: numbers(2) },
  }),
];

const kernels: [string, number[]][] = [
  ["LINEAR", [0, 0, 0]],
  ["POLY", [0.5, 1, 3]],
  ["RBF", [0.7, 0, 0]],
  ["SIGMOID", [0.5, 0.1, 0]],
];

const machines: Case[] = kernels.flatMap(([kernel_type, kernel_params]) => {
  const lists = { support_vectors: numbers(vectors * features, 3), kernel_params };
  const classifier = { ...lists, coefficients: numbers(2 * vectors), rho: numbers(3) };
  const attributes = { ...three, kernel_type, vectors_per_class: [2, 1, 2] };
  return [
    use("ai.onnx.ml:SVMClassifier", `${kernel_type}, decisions`, rows, { ...scored, attributes, lists: classifier }),
    use("ai.onnx.ml:SVMClassifier", `${kernel_type}, probabilities`, rows, {
      ...scored,
      attributes,
      lists: { ...classifier, prob_a: [-1.5, -0.8, -1.1], prob_b: [0.1, -0.2, 0.3] },
      // The runtime stops its iteration early, where the equations are solved to within a per cent or so.
      about: true,
    }),
    use("ai.onnx.ml:SVMRegressor", kernel_type, rows, {
      attributes: { kernel_type, n_supports: vectors },
      lists: { ...lists, coefficients: numbers(vectors), rho: [0.3] },
    }),
  ];
});

const plumbing: Case[] = [
  use("ai.onnx.ml:SVMRegressor", "without vectors", rows, {
    attributes: { kernel_type: "LINEAR", n_supports: 0 },
    lists: { coefficients: numbers(features), kernel_params: [0, 0, 0], rho: [0.3] },
  }),
  use("ai.onnx.ml:Scaler", "", rows, { lists: { offset: numbers(features), scale: numbers(features, 9) } }),
  use("ai.onnx.ml:Scaler", "one factor", rows, { lists: { offset: [0.5], scale: [3] } }),
  ...["L1", "L2", "MAX"].map((norm) =>
    use("ai.onnx.ml:Normalizer", norm, rows, { range: [0.1, 2], attributes: { norm } }),
  ),
  use("ai.onnx.ml:Normalizer", "L2 of both signs", rows, { attributes: { norm: "L2" } }),
  use("ai.onnx.ml:Imputer", "", rows, { lists: { imputed_value_floats: [1] } }),
  use(
    "ai.onnx.ml:FeatureVectorizer",
    "",
    [
      [2, 3],
      [2, 2],
    ],
    { linear: true, attributes: { inputdimensions: [3, 2] } },
  ),
  use("ai.onnx.ml:ArrayFeatureExtractor", "", rows, { linear: true, weights: { i: ints([3, 0, 3]) } }),
];

export const classicalCases: Case[] = [...linear, ...machines, ...plumbing];
