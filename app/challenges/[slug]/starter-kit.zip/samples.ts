import { writeNpy } from "#arrays/npy.ts";
import { writeNpz } from "#arrays/npz-write.ts";
import type { ThreatModel } from "#contest/threat-model.ts";
import { encode } from "#onnx/encode.ts";
import { elementTypes, type Node, type ValueInfo } from "#onnx/model.ts";
import { tensorOf } from "#onnx/values.ts";

/** Files to try a checker on, by name. */
type Samples = Record<string, Uint8Array>;

interface Points {
  shape: number[];
  x: Float32Array;
}

/** What the checks say of each: a code, or null where nothing is wrong. */
export const SAMPLE_SAYS: Record<string, string | null> = {
  "good.npz": null,
  "bad-not-finite.npz": "no-admissible-row",
  "bad-out-of-range.npz": "no-admissible-row",
  "bad-shape.npz": "examples-shape",
  "bad-no-index.npz": "examples-row-count",
  "good.onnx": null,
  "bad-operator.onnx": "op-unknown",
};

/** Examples: a file that counts row by row, and four that are rejected whole. */
export function sampleExamples(
  { shape, x }: Points,
  { threatModel, grid, range }: { threatModel: ThreatModel; grid: number | null; range: [number, number] },
): Samples {
  const [n, ...one] = shape as [number, ...number[]];
  const size = one.reduce((product, axis) => product * axis, 1);
  const rows = Math.min(n, 8);
  const step = grid === null ? Math.min(threatModel.epsilon, range[1] - range[0]) / 2 : 1 / grid;
  const file = (change: (row: Float32Array) => void, of = [rows, ...one], named = true) => {
    const data = x.slice(
      0,
      of.reduce((product, axis) => product * axis, 1),
    );
    for (let row = 0; row < data.length / size; row++) change(data.subarray(row * size, (row + 1) * size));
    const x_adv = writeNpy({ shape: of, data });
    const index = writeNpy({ shape: [rows], data: BigInt64Array.from({ length: rows }, (_, i) => BigInt(i)) });
    return writeNpz(named ? { x_adv, index } : { x_adv }, { compress: true });
  };
  const middle = (range[0] + range[1]) / 2;
  const nudge = (row: Float32Array) => {
    row[0] = row[0]! < middle ? row[0]! + step : row[0]! - step;
  };
  return {
    "good.npz": file(nudge),
    "bad-not-finite.npz": file((row) => row.fill(Number.NaN)),
    "bad-out-of-range.npz": file((row) => row.fill(range[1] + 1)),
    "bad-shape.npz": file(nudge, [rows * size, 1]),
    "bad-no-index.npz": file(nudge, [rows - 1, ...one], false),
  };
}

/** Models that take in an input and give a constant: one that the gate passes, and one with an operator that does not exist. */
export function sampleModels(shape: number[], classes: number): Samples {
  return {
    "good.onnx": constant("Flatten", shape, classes),
    "bad-operator.onnx": constant("Flattened", shape, classes),
  };
}

function constant(op: string, shape: number[], classes: number): Uint8Array {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const node = (op: string, inputs: string[], output: string): Node => {
    return { name: "", domain: "", op, inputs, outputs: [output], attributes: new Map() };
  };
  const tensor = (name: string, dims: ValueInfo["dims"]): ValueInfo => {
    return { name, kind: "tensor", type: elementTypes.float32, dims };
  };
  const weight = (dims: number[], length: number) => tensorOf(elementTypes.float32, dims, new Float32Array(length));
  return encode({
    irVersion: 8,
    opsets: new Map([["", 17]]),
    graph: {
      nodes: [node(op, ["x"], "flat"), node("Gemm", ["flat", "w", "b"], "scores")],
      initializers: new Map([
        ["w", weight([size, classes], size * classes)],
        ["b", weight([classes], classes)],
      ]),
      inputs: [tensor("x", ["N", ...shape])],
      outputs: [tensor("scores", ["N", classes])],
    },
    unread: new Set(),
  });
}
