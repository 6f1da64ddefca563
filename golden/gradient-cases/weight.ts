import { uniform } from "#golden/gradients.ts";
import { floats } from "#golden/graph.ts";
import { elementCount, type Tensor } from "#onnx/model.ts";

/** A float32 weight of random numbers in [-1, 1), the same every time. */
export function weight(...dims: number[]): Tensor {
  const random = uniform(elementCount(dims));
  return floats(
    dims,
    Array.from({ length: elementCount(dims) }, () => 2 * random() - 1),
  );
}
