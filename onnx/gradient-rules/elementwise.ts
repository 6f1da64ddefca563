import type { Rule, Site } from "#onnx/gradient-site.ts";
import type { GraphWriter } from "#onnx/graph-writer.ts";
import { floatAttribute, stringAttribute } from "#onnx/model.ts";

/** A function of each element by itself, by its derivative out of operand and output. */
function factor(derivative: (w: GraphWriter, x: string, y: string, site: Site) => string): Rule {
  return (s) => [s.w.mul(s.g(), derivative(s.w, s.x(), s.y(), s))];
}

/** The same for slopes that may be infinite: what has no adjoint, as in a branch not taken, stays without one. */
function steep(derivative: (w: GraphWriter, x: string, y: string) => string): Rule {
  return (s) => [flowing(s.w, s.g(), s.w.mul(s.g(), derivative(s.w, s.x(), s.y())))];
}

/** A product of an adjoint, but zero where the adjoint is: 0 times infinity would be NaN, and spread. */
export function flowing(w: GraphWriter, g: string, product: string): string {
  return w.where(w.op("Equal", [g, 0]), 0, product);
}

/** Passes where the condition holds. */
function passing(condition: (w: GraphWriter, x: string, y: string, site: Site) => string): Rule {
  return (s) => {
    const open = condition(s.w, s.x(), s.y(), s);
    return [s.finite() ? s.w.mul(s.g(), s.w.cast(open)) : s.w.where(open, s.g(), 0)];
  };
}

const square = (w: GraphWriter, x: string) => w.mul(x, x);
const op = (name: string) => (w: GraphWriter, x: string) => w.op(name, [x]);
const attribute = (site: Site, name: string, fallback: number) => floatAttribute(site.node, name, fallback);

/** The derivative below zero is another one than above, where it is `above`. */
function bent(above: (site: Site) => string | number, below: (w: GraphWriter, y: string, site: Site) => string): Rule {
  return factor((w, x, y, s) => w.where(w.greater(x, 0), above(s), below(w, y, s)));
}

/** Nothing flows at zero, where the derivative is infinite. */
const root = factor((w, _, y) => w.where(w.greater(y, 0), w.div(0.5, y), 0));

const inverseRoot = (w: GraphWriter, radicand: string) => w.op("Reciprocal", [w.op("Sqrt", [radicand])]);

const gelu = factor((w, x, _, s) => {
  if (stringAttribute(s.node, "approximate", "none") === "tanh") {
    const [scale, cubic] = [Math.sqrt(2 / Math.PI), 0.044715];
    const squared = square(w, x);
    const t = w.op("Tanh", [w.mul(w.mul(x, w.add(1, w.mul(cubic, squared))), scale)]);
    const slope = w.mul(w.add(1, w.mul(3 * cubic, squared)), scale / 2);
    return w.add(w.mul(0.5, w.add(1, t)), w.mul(w.mul(x, w.sub(1, square(w, t))), slope));
  }
  const cumulative = w.mul(0.5, w.add(1, w.op("Erf", [w.mul(x, Math.SQRT1_2)])));
  const density = w.mul(w.op("Exp", [w.mul(-0.5, square(w, x))]), 1 / Math.sqrt(2 * Math.PI));
  return w.add(cumulative, w.mul(x, density));
});

const mish = factor((w, x) => {
  const t = w.op("Tanh", [w.op("Softplus", [x])]);
  return w.add(t, w.mul(w.mul(x, w.op("Sigmoid", [x])), w.sub(1, square(w, t))));
});

const swish = factor((w, x, _, s) => {
  const alpha = attribute(s, "alpha", 1);
  const sigma = w.op("Sigmoid", [w.mul(alpha, x)]);
  return w.add(sigma, w.mul(w.mul(alpha, x), w.mul(sigma, w.sub(1, sigma))));
});

const hardSigmoid = factor((w, _, y, s) => {
  const inside = w.op("And", [w.greater(y, 0), w.op("Less", [y, 1])]);
  return w.where(inside, attribute(s, "alpha", 0.2), 0);
});

const hardSwish = factor((w, x) => {
  const inside = w.where(w.greater(x, -3), w.add(w.mul(x, 1 / 3), 0.5), 0);
  return w.where(w.op("GreaterOrEqual", [x, 3]), 1, inside);
});

/** An operand that a bound leaves as it is gets all, also on the bound. */
const clip = passing((w, x, y) => w.op("Equal", [x, y]));

const seluGamma = 1.0507010221481323;
const seluAlpha = 1.6732631921768188;

/** Derivatives of functions of one operand, element by element. */
export const elementwiseRules: readonly (readonly [string, Rule])[] = [
  ["Identity", (s) => [s.g()]],
  ["Neg", (s) => [s.w.neg(s.g())]],
  ["Abs", factor(op("Sign"))],
  ["Exp", steep((_, __, y) => y)],
  ["Log", steep((w, x) => w.op("Reciprocal", [x]))],
  ["Sqrt", root],
  ["Reciprocal", steep((w, _, y) => w.neg(square(w, y)))],
  ["Sin", factor(op("Cos"))],
  ["Cos", factor((w, x) => w.neg(w.op("Sin", [x])))],
  ["Tan", steep((w, _, y) => w.add(1, square(w, y)))],
  ["Asin", steep((w, x) => inverseRoot(w, w.sub(1, square(w, x))))],
  ["Acos", steep((w, x) => w.neg(inverseRoot(w, w.sub(1, square(w, x)))))],
  ["Atan", factor((w, x) => w.op("Reciprocal", [w.add(1, square(w, x))]))],
  ["Sinh", steep(op("Cosh"))],
  ["Cosh", steep(op("Sinh"))],
  ["Asinh", factor((w, x) => inverseRoot(w, w.add(square(w, x), 1)))],
  ["Acosh", steep((w, x) => inverseRoot(w, w.sub(square(w, x), 1)))],
  ["Atanh", steep((w, x) => w.op("Reciprocal", [w.sub(1, square(w, x))]))],
  ["Tanh", factor((w, _, y) => w.sub(1, square(w, y)))],
  ["Sigmoid", factor((w, _, y) => w.mul(y, w.sub(1, y)))],
  ["Softplus", factor(op("Sigmoid"))],
  ["Softsign", factor((w, x) => w.op("Reciprocal", [square(w, w.add(1, w.op("Abs", [x])))]))],
  ["Erf", factor((w, x) => w.mul(2 / Math.sqrt(Math.PI), w.op("Exp", [w.neg(square(w, x))])))],
  ["Relu", passing((w, _, y) => w.greater(y, 0))],
  [
    "LeakyRelu",
    bent(
      () => 1,
      (w, _, s) => w.scalar(attribute(s, "alpha", 0.01)),
    ),
  ],
  [
    "Elu",
    bent(
      () => 1,
      (w, y, s) => w.add(y, attribute(s, "alpha", 1)),
    ),
  ],
  [
    "Selu",
    bent(
      (s) => attribute(s, "gamma", seluGamma),
      (w, y, s) => w.add(y, attribute(s, "gamma", seluGamma) * attribute(s, "alpha", seluAlpha)),
    ),
  ],
  [
    "Celu",
    bent(
      () => 1,
      (w, y, s) => w.add(1, w.mul(y, 1 / attribute(s, "alpha", 1))),
    ),
  ],
  ["ThresholdedRelu", passing((w, x, _, s) => w.greater(x, attribute(s, "alpha", 1)))],
  ["Shrink", passing((w, x, _, s) => w.greater(w.op("Abs", [x]), attribute(s, "lambd", 0.5)))],
  ["HardSigmoid", hardSigmoid],
  ["HardSwish", hardSwish],
  ["Gelu", gelu],
  ["Mish", mish],
  ["Swish", swish],
  ["Clip", clip],
];
