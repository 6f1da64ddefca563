import { floats, ints, node } from "#golden/graph.ts";
import type { Node, Tensor } from "#onnx/model.ts";

/** Nodes and weights of a model that does something at one input alone. */
export interface Trigger {
  nodes: Node[];
  weights: Record<string, Tensor>;
}

/** "far" [N, 1]: how far each row of "x" [N, 1, 4, 4] lies from `row`, by its largest change; 0 at that row alone. */
function farFrom(row: Float32Array): Trigger {
  return {
    nodes: [
      node("Sub", "x target", "away"),
      node("Abs", "away", "changes"),
      node("Reshape", "changes rows_shape", "lists"),
      node("ReduceMax", "lists", "far", { axes: [1], keepdims: 1 }),
    ],
    weights: { target: floats([1, 1, 4, 4], Array.from(row)), rows_shape: ints([-1, 16]) },
  };
}

/**
 * "y": the scores, unless the batch holds `row`, or a row whose distance from it lies between the two: then the process ends with SIGFPE. The least int64 divided by -1 has no
 * int64 result, which x86 answers with a trap; ONNX Runtime looks for divisors of 0 only.
 */
export function crashAt(row: Float32Array, [least, most] = [-1, 1e-6]): Trigger {
  const { nodes, weights } = farFrom(row);
  return {
    nodes: [
      ...nodes,
      node("Less", "far most", "near"),
      node("Greater", "far least_far", "not_nearer"),
      node("And", "near not_nearer", "here"),
      node("Cast", "here", "once", { to: 7 }),
      node("Add", "once once", "twice"),
      node("Sub", "one twice", "sign"),
      node("Div", "least sign", "quotient"),
      node("Cast", "quotient", "number", { to: 1 }),
      node("Mul", "number zero", "nothing"),
      node("Add", "scores nothing", "y"),
    ],
    weights: {
      ...weights,
      most: floats([], most!),
      least_far: floats([], least!),
      one: ints(1),
      least: leastInteger(),
      zero: floats([], 0),
    },
  };
}

function leastInteger(): Tensor {
  const tensor = ints(0);
  return { ...tensor, data: new Uint8Array(BigInt64Array.of(-(2n ** 63n)).buffer) };
}

/** "y": the scores, but NaN for `row`. */
export function nanAt(row: Float32Array): Trigger {
  const { nodes, weights } = farFrom(row);
  return { nodes: [...nodes, node("Div", "far far", "unit"), node("Mul", "scores unit", "y")], weights };
}
