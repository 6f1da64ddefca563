// BPDA, backward pass differentiable approximation: https://arxiv.org/abs/1802.00420 (Athalye, Carlini and Wagner, 2018).
import type { Variant } from "#onnx/gradient.ts";
import { treeSurrogates } from "#onnx/gradient-rules/trees.ts";
import { exactHandling, type Handling, type Surroundings, tableKey } from "#onnx/gradient-walk.ts";
import { sameDims } from "#onnx/graph-writer.ts";
import type { Node } from "#onnx/model.ts";
import { indexSurrogates } from "#onnx/surrogates-index.ts";
import { stepSurrogates } from "#onnx/surrogates-steps.ts";

export type Approximate = Exclude<Variant, "exact">;

/** A stand-in for an operator's derivative; undefined where the node is better left as it is. */
export type Surrogate = (node: Node, around: Surroundings, variant: Approximate) => Handling | undefined;

const surrogates: ReadonlyMap<string, Surrogate> = new Map<string, Surrogate>([
  ...stepSurrogates,
  ...indexSurrogates,
  ...treeSurrogates.map(([op, expand]): [string, Surrogate] => [
    op,
    () => ({ kind: "expansion", expand, surrogate: "sigmoid at each split" }),
  ]),
]);

/** Operators that have a surrogate. */
export const surrogateOps: readonly string[] = [...surrogates.keys()];

/** How a variant differentiates a node: by a surrogate where its derivative is zero or missing, else exactly. */
export function handlingOf(variant: Variant): (node: Node, around: Surroundings) => Handling {
  if (variant === "exact") return exactHandling;
  return (node, around) => {
    const surrogate = surrogates.get(tableKey(node))?.(node, around, variant);
    const handling = surrogate ?? exactHandling(node, around);
    return handling.kind === "missing" && keepsShape(node, around) ? passedThrough : handling;
  };
}

/** The last resort: an operator without a rule that puts out what it took in, as far as the shape goes. */
const passedThrough: Handling = { kind: "rule", rule: (s) => [s.g()], surrogate: "identity" };

function keepsShape(node: Node, { w }: Surroundings): boolean {
  const [x, y] = [w.known.get(node.inputs[0] ?? ""), w.known.get(node.outputs[0] ?? "")];
  return x !== undefined && y !== undefined && sameDims(x.dims, y.dims);
}
