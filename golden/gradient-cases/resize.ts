import { type Case, type Told, use } from "#golden/gradient-cases/case.ts";
import { floats } from "#golden/graph.ts";
import type { Tensor } from "#onnx/model.ts";

const linear: Told = { linear: true };

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

/** Resize and Upsample in all modes. */
export const resizeCases: Case[] = [
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
