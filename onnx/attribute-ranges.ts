/** What an attribute's numbers (each of a list) or text may be: inclusive range, or one of the words. */
export type Allowed = { from: number; to: number } | readonly string[];

const size = { from: 1, to: 2 ** 31 - 1 };
const side = { from: 1, to: 4096 };
const padding = { from: 0, to: 4096 };
const axis = { from: -8, to: 7 };
const flag = { from: 0, to: 1 };
const any = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };
const transforms = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"] as const;

const byName = new Map<string, Allowed>([
  ["kernel_shape", side],
  ["strides", side],
  ["dilations", side],
  ["pads", padding],
  ["output_padding", padding],
  ["output_shape", size],
  ["group", size],
  ["offset_group", size],
  ["num_groups", size],
  ["num_heads", size],
  ["num_outputs", size],
  ["hidden_size", size],
  ["blocksize", side],
  ["size", side],
  ["axis", axis],
  ["axes", axis],
  ["batch_axis", flag],
  ["time_axis", flag],
  ["batch_dims", { from: 0, to: 7 }],
  ["perm", { from: 0, to: 7 }],
  ["start", axis],
  ["end", any],
  ["starts", any],
  ["ends", any],
  ["split", { from: 0, to: 2 ** 31 - 1 }],
  ["keepdims", flag],
  ["noop_with_empty_axes", flag],
  ["allowzero", flag],
  ["transA", flag],
  ["transB", flag],
  ["ceil_mode", flag],
  ["count_include_pad", flag],
  ["storage_order", flag],
  ["exclusive", flag],
  ["reverse", flag],
  ["largest", flag],
  ["sorted", flag],
  ["select_last_index", flag],
  ["align_corners", flag],
  ["antialias", flag],
  ["exclude_outside", flag],
  ["upper", flag],
  ["fmod", flag],
  ["layout", flag],
  ["saturate", flag],
  ["is_causal", flag],
  ["interleaved", flag],
  ["spatial", { from: 1, to: 1 }],
  ["stash_type", { from: 1, to: 1 }],
  ["p", { from: 1, to: 64 }],
  ["k", { from: -(2 ** 31), to: 2 ** 31 - 1 }],
  ["shape", { from: 0, to: 2 ** 31 - 1 }],
  ["auto_pad", ["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"]],
  ["approximate", ["none", "tanh"]],
  ["direction", ["forward", "reverse", "bidirectional", "LEFT", "RIGHT"]],
  ["norm", ["MAX", "L1", "L2"]],
  ["kernel_type", ["LINEAR", "POLY", "RBF", "SIGMOID"]],
  ["post_transform", transforms],
  ["reduction", ["none", "add", "mul", "max", "min"]],
  ["nearest_mode", ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]],
  ["padding_mode", ["zeros", "border", "reflection"]],
  ["keep_aspect_ratio_policy", ["stretch", "not_larger", "not_smaller"]],
  [
    "coordinate_transformation_mode",
    [
      "half_pixel",
      "half_pixel_symmetric",
      "pytorch_half_pixel",
      "align_corners",
      "asymmetric",
      "tf_crop_and_resize",
      "output_half_pixel",
    ],
  ],
]);

// Where one name means different things, or an operator takes less than others do.
const byOp = new Map<string, Allowed>([
  ["DepthToSpace.mode", ["DCR", "CRD"]],
  ["GridSample.mode", ["linear", "cubic", "bilinear", "bicubic", "nearest"]],
  ["Pad.mode", ["constant", "reflect", "edge", "wrap"]],
  ["Pad.pads", { from: -4096, to: 4096 }],
  ["Resize.mode", ["nearest", "linear", "cubic"]],
  ["RoiAlign.mode", ["avg", "max"]],
  ["RoiAlign.coordinate_transformation_mode", ["half_pixel", "output_half_pixel"]],
  ["Upsample.mode", ["nearest", "linear", "bilinear"]],
  ["TreeEnsembleRegressor.aggregate_function", ["AVERAGE", "SUM", "MIN", "MAX"]],
  ["TreeEnsemble.post_transform", { from: 0, to: 4 }],
  ["TreeEnsemble.aggregate_function", { from: 0, to: 3 }],
  ["TopK.k", { from: 0, to: 2 ** 31 - 1 }],
  ["Shape.end", any],
]);

/** What the attribute may be; undefined: anything of its kind. */
export function allowed(op: string, attribute: string): Allowed | undefined {
  return byOp.get(`${op}.${attribute}`) ?? byName.get(attribute);
}

/** Element types that a cast, a random operator or EyeLike may be asked for: everything with a plain size. */
export const typeAttributes: ReadonlySet<string> = new Set(["to", "dtype", "output_dtype", "softmax_precision"]);
