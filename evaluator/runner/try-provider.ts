import { InferenceSession, env as ort, Tensor } from "onnxruntime-node";
import type { ProviderJob } from "#contest/job.ts";
import { report } from "#evaluator/runner/channel.ts";
import { encode } from "#onnx/encode.ts";
import { elementTypes, type Model, type ValueInfo } from "#onnx/model.ts";

const matrix = (name: string): ValueInfo => ({ name, kind: "tensor", type: elementTypes.float32, dims: [2, 2] });

/** x times x, for a 2 x 2 matrix. */
const SQUARE: Model = {
  irVersion: 8,
  opsets: new Map([["", 17]]),
  graph: {
    nodes: [{ name: "", domain: "", op: "MatMul", inputs: ["x", "x"], outputs: ["y"], attributes: new Map() }],
    initializers: new Map(),
    inputs: [matrix("x")],
    outputs: [matrix("y")],
  },
  unread: new Set(),
};

/** Multiplies two matrices on a provider and says that it is ready; throws what went wrong otherwise. */
export async function tryProvider({ provider }: ProviderJob): Promise<void> {
  // Alone in the list: a provider that cannot be loaded would else be passed over in silence.
  const session = await InferenceSession.create(encode(SQUARE), {
    executionProviders: [provider],
    logSeverityLevel: 4,
  });
  const { y } = await session.run({ x: new Tensor("float32", [1, 2, 3, 4], [2, 2]) });
  const found = Array.from(y!.data as Float32Array);
  if (found.join() !== "7,10,15,22") throw new Error(`expected 7, 10, 15, 22, found ${found.join(", ")}`);
  report({ type: "ready", ort: ort.versions.node ?? "", provider });
}
