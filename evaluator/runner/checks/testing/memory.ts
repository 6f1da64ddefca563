import type { Rows } from "#evaluator/runner/checks/testing/patients.ts";
import { floats, ints, modelOf, node } from "#golden/graph.ts";
import { encode } from "#onnx/encode.ts";

/**
 * A model that stores points and answers with the class of the nearest: a class scores minus half the least squared
 * distance to its points, but for what all classes share. It stands on what it stores, whatever attacks do within half
 * the way to the next class.
 */
export function nearestStored({ x, labels, classes, shape }: Rows): Uint8Array {
  const size = shape.reduce((a, b) => a * b, 1);
  const ofClass = (k: number) => labels.flatMap((label, row) => (label === k ? [row] : []));
  const squares = labels.map((_, row) => x.subarray(row * size, (row + 1) * size).reduce((sum, v) => sum + v * v, 0));
  const each = Array.from({ length: classes }, (_, k) => k);
  return encode(
    modelOf({
      nodes: [
        node("Reshape", "x flat_shape", "flat"),
        node("Gemm", "flat stored halves", "near", { transB: 1 }),
        ...each.flatMap((k) => [
          node("Gather", `near of_${k}`, `near_${k}`, { axis: 1 }),
          node("ReduceMax", `near_${k}`, `y_${k}`, { axes: [1], keepdims: 1 }),
        ]),
        node("Concat", each.map((k) => `y_${k}`).join(" "), "y", { axis: 1 }),
      ],
      weights: {
        flat_shape: ints([-1, size]),
        stored: floats([labels.length, size], [...x]),
        halves: floats(
          [labels.length],
          squares.map((square) => -square / 2),
        ),
        ...Object.fromEntries(each.map((k) => [`of_${k}`, ints(ofClass(k))])),
      },
    }),
  );
}
