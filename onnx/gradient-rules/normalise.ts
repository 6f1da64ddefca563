import { axisOf, type Expansion, NoRule, type Rule, type Site } from "#onnx/gradient-site.ts";
import { axesFrom, type GraphWriter } from "#onnx/graph-writer.ts";
import { elementTypes, floatAttribute, intAttribute, intsAttribute } from "#onnx/model.ts";

/** A tensor [C] as [C, 1, ...], which broadcasts over [N, C, ...]. */
function perChannel(s: Site, name: string): string {
  return s.w.reshape(
    name,
    s
      .dims()
      .slice(1)
      .map((_, i) => (i === 0 ? s.dims()[1]! : 1)),
  );
}

/** With the statistics of training, which are constants: a factor for each channel. */
const batchNormalization: Rule = (s) => {
  const { w } = s;
  for (const statistic of [1, 2, 3, 4]) s.lacks(statistic);
  const deviation = w.op("Sqrt", [w.add(s.x(4), floatAttribute(s.node, "epsilon", 1e-5))]);
  return [w.mul(s.g(), perChannel(s, w.div(s.x(1), deviation)))];
};

/** d/dx of (x - mean) / deviation over `axes`, given that and 1 / deviation. */
function standardised(w: GraphWriter, g: string, normal: string, inverse: string, axes: readonly number[]): string {
  const along = w.mul(normal, w.mean(w.mul(g, normal), axes));
  return w.mul(inverse, w.sub(w.sub(g, w.mean(g, axes)), along));
}

/** Mean and 1 / deviation are the operator's own further outputs. */
const layerNormalization: Rule = (s) => {
  const { node, w } = s;
  const axis = axisOf(intAttribute(node, "axis", -1), s.dims().length);
  const kept = s.dims().map((size, i) => (i < axis ? size : 1));
  for (const place of [1, 2]) {
    if (node.outputs[place]) continue;
    node.outputs[place] = w.fresh();
    w.known.set(node.outputs[place], { dims: kept, type: elementTypes.float32 });
  }
  if (s.flows(1) || s.flows(2)) throw new NoRule("statistics that are used");
  const inverse = s.y(2);
  const normal = w.mul(w.sub(s.x(), s.y(1)), inverse);
  const g = w.mul(s.g(), s.x(1));
  return [standardised(w, g, normal, inverse, axesFrom(axis, s.dims().length)), w.mul(s.g(), normal), s.g()];
};

/** Normalises [N, groups, ...] over all but the first two axes. */
function grouped(s: Site, groups: number, g: string): { input: string; normal: string } {
  const { w } = s;
  const [n, c, ...rest] = s.dims() as [number, number, ...number[]];
  const dims = [n, groups, c / groups, ...rest];
  const axes = axesFrom(2, dims.length);
  const x = w.reshape(s.x(), dims);
  const centred = w.sub(x, w.mean(x, axes));
  const variance = w.mean(w.mul(centred, centred), axes);
  const inverse = w.op("Reciprocal", [w.op("Sqrt", [w.add(variance, floatAttribute(s.node, "epsilon", 1e-5))])]);
  const normal = w.mul(centred, inverse);
  const input = standardised(w, w.reshape(g, dims), normal, inverse, axes);
  return { input: w.reshape(input, s.dims()), normal: w.reshape(normal, s.dims()) };
}

const groupNormalization: Rule = (s) => {
  const { w } = s;
  const groups = s.node.op === "InstanceNormalization" ? s.dims()[1]! : intAttribute(s.node, "num_groups", 1);
  const { input, normal } = grouped(s, groups, w.mul(s.g(), perChannel(s, s.x(1))));
  const axes = [0, ...axesFrom(2, s.dims().length)];
  const toChannels = (name: string) => w.reshape(w.sum(name, axes), [s.dims()[1]!]);
  return [input, s.wants(1) ? toChannels(w.mul(s.g(), normal)) : undefined, s.wants(2) ? toChannels(s.g()) : undefined];
};

const rmsNormalization: Rule = (s) => {
  const { node, w } = s;
  const axes = axesFrom(axisOf(intAttribute(node, "axis", -1), s.dims().length), s.dims().length);
  const square = w.mean(w.mul(s.x(), s.x()), axes);
  const inverse = w.op("Reciprocal", [w.op("Sqrt", [w.add(square, floatAttribute(node, "epsilon", 1e-5))])]);
  const normal = w.mul(s.x(), inverse);
  const g = w.mul(s.g(), s.x(1));
  const along = w.mul(normal, w.mean(w.mul(g, normal), axes));
  return [w.mul(inverse, w.sub(g, along)), w.mul(s.g(), normal)];
};

/** x / (bias + alpha / size * sum of squares over neighbouring channels) ^ beta; the sum is an average pool. */
const localResponse: Expansion = (s) => {
  const { node, w } = s;
  const size = intAttribute(node, "size", 1);
  const [n, c, ...rest] = s.dims() as [number, number, ...number[]];
  const cells = rest.reduce((a, b) => a * b, 1);
  const squares = w.reshape(w.mul(s.x(), s.x()), [n, 1, c, cells]);
  const pads = [Math.floor((size - 1) / 2), 0, Math.ceil((size - 1) / 2), 0];
  const attributes = { kernel_shape: [size, 1], pads, count_include_pad: 1 };
  const mean = w.op("AveragePool", [squares], attributes, [n, 1, c, cells]);
  const scale = w.add(floatAttribute(node, "bias", 1), w.mul(floatAttribute(node, "alpha", 1e-4), mean));
  const factor = w.op("Pow", [w.reshape(scale, s.dims()), -floatAttribute(node, "beta", 0.75)]);
  return [w.mul(s.x(), factor)];
};

const lpNormalization: Expansion = (s) => {
  const { node, w } = s;
  const axis = axisOf(intAttribute(node, "axis", -1), s.dims().length);
  const norm = w.reduce(intAttribute(node, "p", 2) === 1 ? "ReduceL1" : "ReduceL2", s.x(), [axis]);
  // Of zeros, the runtime makes zeros.
  return [w.div(s.x(), w.where(w.greater(norm, 0), norm, 1))];
};

const meanVariance: Expansion = (s) => {
  const { node, w } = s;
  const axes = (intsAttribute(node, "axes") ?? [0, 2, 3]).map((axis) => axisOf(axis, s.dims().length));
  const centred = w.sub(s.x(), w.mean(s.x(), axes));
  const deviation = w.op("Sqrt", [w.mean(w.mul(centred, centred), axes)]);
  return [w.div(centred, w.add(deviation, 1e-9))];
};

export const normaliseRules: readonly (readonly [string, Rule])[] = [
  ["BatchNormalization", batchNormalization],
  ["LayerNormalization", layerNormalization],
  ["InstanceNormalization", groupNormalization],
  ["GroupNormalization", groupNormalization],
  ["RMSNormalization", rmsNormalization],
];

export const normaliseExpansions: readonly (readonly [string, Expansion])[] = [
  ["LRN", localResponse],
  ["LpNormalization", lpNormalization],
  ["MeanVarianceNormalization", meanVariance],
];
