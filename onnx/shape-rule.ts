import type { SmallValue } from "#onnx/fold.ts";
import { intsAttribute, type Node } from "#onnx/model.ts";

/** What a rule is asked with: the node, its operands' shapes where known, and their elements where small and known. */
export interface Known {
  node: Node;
  opset: number;
  shapes: (number[] | undefined)[];
  values: (SmallValue | undefined)[];
}

export type Shapes = (number[] | undefined)[];

/** Shapes of a node's outputs; undefined entries (or too few) are unknown. */
export type Rule = (known: Known) => Shapes;

/** An axis counted from 0; NaN-free: out of range gives undefined lookups, so an unknown shape. */
export function fromStart(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

export function broadcast(shapes: (number[] | undefined)[]): number[] | undefined {
  let out: number[] = [];
  for (const shape of shapes) {
    if (!shape) return undefined;
    const rank = Math.max(out.length, shape.length);
    const [a, b] = [padded(out, rank), padded(shape, rank)];
    if (a.some((size, i) => size !== b[i] && size !== 1 && b[i] !== 1)) return undefined;
    out = a.map((size, i) => (size === 1 ? b[i]! : size));
  }
  return out;
}

function padded(shape: number[], rank: number): number[] {
  return [...Array(rank - shape.length).fill(1), ...shape];
}

/** The whole numbers that an attribute (old opsets) or an input (new ones) gives. */
export function operand({ node, values }: Known, attribute: string, input: number): number[] | undefined {
  return intsAttribute(node, attribute) ?? values[input]?.values;
}
