import { flowing } from "#onnx/gradient-rules/elementwise.ts";
import type { Rule, Site } from "#onnx/gradient-site.ts";
import { intAttribute } from "#onnx/model.ts";

const operands = (s: Site) => s.node.inputs.map((_, i) => s.x(i));

const mul: Rule = (s) => [s.w.mul(s.g(), s.x(1)), s.w.mul(s.g(), s.x(0))];

const div: Rule = (s) => {
  const { w } = s;
  const quotient = w.div(s.g(), s.x(1));
  const divisor = () => flowing(w, s.g(), w.neg(w.mul(quotient, s.y())));
  return [s.wants(1) ? flowing(w, s.g(), quotient) : quotient, s.wants(1) ? divisor() : undefined];
};

/** Nothing flows where the derivative is infinite (0 to a power below 1) or the logarithm does not exist. */
const pow: Rule = (s) => {
  const { w } = s;
  const [base, exponent] = [s.x(0), s.x(1)];
  const constant = s.values(1);
  const only = constant?.length === 1 ? constant[0]! : undefined;
  const slope = w.mul(exponent, w.op("Pow", [base, w.sub(exponent, 1)]));
  const isZero = only === undefined || only < 1 ? w.op("Equal", [base, 0]) : undefined;
  const growth = () => {
    const positive = w.greater(base, 0);
    return w.mul(s.g(), w.where(positive, w.mul(s.y(), w.op("Log", [w.where(positive, base, 1)])), 0));
  };
  const safe = only === 2 ? w.mul(base, 2) : isZero ? w.where(isZero, zeroSlope(s), slope) : slope;
  const flow = w.mul(s.g(), safe);
  return [only === 2 ? flow : flowing(w, s.g(), flow), s.wants(1) ? growth() : undefined];
};

/** The slope of x^p at 0: 1 for p = 1, else 0. */
function zeroSlope(s: Site): string {
  return s.w.cast(s.w.op("Equal", [s.x(1), 1]));
}

/** a mod b = a - b floor(a / b), with trunc in floor's place for fmod. */
const mod: Rule = (s) => {
  const { w } = s;
  const whole = w.div(w.sub(s.x(0), s.y()), s.x(1));
  return [s.g(), w.neg(w.mul(s.g(), whole))];
};

/** Max and Min: to the operands that are the result, in equal parts. */
const chosen: Rule = (s) => {
  const { w } = s;
  const hits = operands(s).map((x) => w.cast(w.op("Equal", [x, s.y()])));
  if (hits.length === 1) return [s.g()];
  const share = w.div(s.g(), w.total(hits));
  return hits.map((hit) => w.mul(share, hit));
};

const sum: Rule = (s) => s.node.inputs.map(() => s.g());
const mean: Rule = (s) => {
  const share = s.w.mul(s.g(), 1 / s.node.inputs.length);
  return s.node.inputs.map(() => share);
};

const where: Rule = (s) => {
  const condition = s.node.inputs[0]!;
  return [undefined, s.w.where(condition, s.g(), 0), s.w.where(condition, 0, s.g())];
};

const prelu: Rule = (s) => {
  const { w } = s;
  const positive = w.greater(s.x(0), 0);
  return [w.where(positive, s.g(), w.mul(s.g(), s.x(1))), w.where(positive, 0, w.mul(s.g(), s.x(0)))];
};

const cumSum: Rule = (s) => {
  const { node, w } = s;
  const reverse = 1 - intAttribute(node, "reverse", 0);
  const exclusive = intAttribute(node, "exclusive", 0);
  return [w.op("CumSum", [s.g(), node.inputs[1]!], { reverse, exclusive }, s.dims())];
};

/** Each later product divided by the element; nothing flows to an element that is zero. */
const cumProd: Rule = (s) => {
  const { node, w } = s;
  const reverse = 1 - intAttribute(node, "reverse", 0);
  const exclusive = intAttribute(node, "exclusive", 0);
  const later = w.op("CumSum", [w.mul(s.g(), s.y()), node.inputs[1]!], { reverse, exclusive }, s.dims());
  return [w.where(w.op("Equal", [s.x(), 0]), 0, w.div(later, s.x()))];
};

/** A scalar, or a list along an axis brought to where it broadcasts. */
export function axisVector(s: Site, name: string, axis: number): string {
  const { w } = s;
  const rank = s.dims().length;
  const length = w.dims(name)[0];
  if (w.dims(name).length !== 1 || length === 1) return w.reshape(name, []);
  const place = axis < 0 ? axis + rank : axis;
  return w.reshape(
    name,
    s.dims().map((_, i) => (i === place ? length! : 1)),
  );
}

/** Derivatives of operators on several operands that broadcast. */
export const arithmeticRules: readonly (readonly [string, Rule])[] = [
  ["Add", (s) => [s.g(), s.g()]],
  ["Sub", (s) => [s.g(), s.w.neg(s.g())]],
  ["Mul", mul],
  ["Div", div],
  ["Pow", pow],
  ["Mod", mod],
  ["Max", chosen],
  ["Min", chosen],
  ["Sum", sum],
  ["Mean", mean],
  ["Where", where],
  ["PRelu", prelu],
  ["CumSum", cumSum],
  ["CumProd", cumProd],
];
