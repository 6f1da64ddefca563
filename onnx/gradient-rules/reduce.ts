import type { Rule, Site } from "#onnx/gradient-site.ts";
import { axisOf, NoRule } from "#onnx/gradient-site.ts";
import { axesFrom, countFrom, type GraphWriter } from "#onnx/graph-writer.ts";
import { intAttribute } from "#onnx/model.ts";

/** The axes of a reduction; none when it does nothing. */
function axesOf(s: Site): number[] {
  const rank = s.dims().length;
  const given = s.has(1) ? s.values(1) : [];
  if (!given) throw new NoRule("axes that are not constant");
  if (given.length > 0) return given.map((axis) => axisOf(axis, rank));
  return intAttribute(s.node, "noop_with_empty_axes", 0) ? [] : axesFrom(0, rank);
}

interface Reduced {
  w: GraphWriter;
  x: string;
  axes: number[];
  /** Output and adjoint with the reduced axes kept at size 1. */
  y: string;
  g: string;
}

function reduction(derivative: (r: Reduced) => string): Rule {
  return (s) => {
    const axes = axesOf(s);
    const kept = s.dims().map((size, axis) => (axes.includes(axis) ? 1 : size));
    const r = { w: s.w, x: s.x(), axes, y: s.w.reshape(s.y(), kept), g: s.w.reshape(s.g(), kept) };
    return [s.w.expand(derivative(r), s.dims())];
  };
}

/** To the elements that are the extreme, in equal parts. */
const extreme = reduction(({ w, x, axes, y, g }) => {
  const hit = w.cast(w.op("Equal", [x, y]));
  return w.mul(hit, w.div(g, w.sum(hit, axes)));
});

/** Each element's derivative is the product of the others, also where one of them is zero. */
const product = reduction(({ w, x, axes, g }) => {
  const isZero = w.op("Equal", [x, 0]);
  const filled = w.where(isZero, 1, x);
  const rest = w.reduce("ReduceProd", filled, axes);
  const zeros = w.sum(w.cast(isZero), axes);
  const atZero = w.where(w.op("Less", [zeros, 1.5]), rest, 0);
  const elsewhere = w.where(w.op("Less", [zeros, 0.5]), w.div(rest, filled), 0);
  return w.mul(g, w.where(isZero, atZero, elsewhere));
});

const globalAverage: Rule = (s) => [s.w.expand(s.w.mul(s.g(), 1 / countFrom(s.dims(), 2)), s.dims())];

const globalMax: Rule = (s) => {
  const hit = s.w.cast(s.w.op("Equal", [s.x(), s.y()]));
  return [s.w.mul(hit, s.w.div(s.g(), s.w.sum(hit, axesFrom(2, s.dims().length))))];
};

/** Derivatives of reductions. */
export const reduceRules: readonly (readonly [string, Rule])[] = [
  ["ReduceSum", reduction(({ g }) => g)],
  ["ReduceMean", (s) => reduction(({ w, g, y, x }) => w.mul(g, elements(w, y) / elements(w, x)))(s)],
  ["ReduceMax", extreme],
  ["ReduceMin", extreme],
  ["ReduceL1", reduction(({ w, x, g }) => w.mul(g, w.op("Sign", [x])))],
  ["ReduceL2", reduction(({ w, x, y, g }) => w.mul(x, w.where(w.greater(y, 0), w.div(g, y), 0)))],
  ["ReduceSumSquare", reduction(({ w, x, g }) => w.mul(w.mul(2, x), g))],
  ["ReduceLogSum", reduction(({ w, y, g }) => w.mul(g, w.op("Exp", [w.neg(y)])))],
  ["ReduceLogSumExp", reduction(({ w, x, y, g }) => w.mul(g, w.op("Exp", [w.sub(x, y)])))],
  ["ReduceProd", product],
  ["GlobalAveragePool", globalAverage],
  ["GlobalMaxPool", globalMax],
];

function elements(w: GraphWriter, name: string): number {
  return countFrom(w.dims(name), 0);
}
