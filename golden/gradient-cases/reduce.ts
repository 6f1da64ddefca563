import { type Case, type Told, use } from "#golden/gradient-cases/case.ts";
import { ints } from "#golden/graph.ts";

const shape = [2, 3, 4];

/** By attribute and by operand, kept and dropped, over one axis, two and all. */
function reductions(kind: string, told: Told = {}): Case[] {
  const op = `Reduce${kind}`;
  const operandFrom = kind === "Sum" ? 13 : 18;
  const by = (what: string, axes: number[], keepdims: number) => [
    use(op, what, [shape], { ...told, until: operandFrom - 1, attributes: { axes, keepdims } }),
    use(op, what, [shape], { ...told, from: operandFrom, attributes: { keepdims }, weights: { w: ints(axes) } }),
  ];
  return [
    ...by("last axis, dropped", [-1], 0),
    ...by("two axes, kept", [0, 2], 1),
    use(op, "all axes", [shape], told),
    use(op, "no axes, nothing to do", [shape], { ...told, from: operandFrom, attributes: { noop_with_empty_axes: 1 } }),
  ];
}

const positive: Told = { range: [0.3, 2] };

export const reduceCases: Case[] = [
  ...reductions("Sum", { linear: true }),
  ...reductions("Mean", { linear: true }),
  ...reductions("Max"),
  ...reductions("Min"),
  ...reductions("L1"),
  ...reductions("L2"),
  ...reductions("SumSquare"),
  ...reductions("LogSum", positive),
  ...reductions("LogSumExp"),
  ...reductions("Prod", positive),
  use("GlobalAveragePool", "", [[2, 3, 4, 5]], { linear: true }),
  use("GlobalAveragePool", "one axis", [[2, 3, 6]], { linear: true }),
  use("GlobalMaxPool", "", [[2, 3, 4, 5]]),
];
