import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readNpy, writeNpy } from "#arrays/npy.ts";
import { writeNpz } from "#arrays/npz-write.ts";
import { bundled } from "#evaluator/testing/challenges.ts";
import { floats, ints, modelOf, node, type Parts, tensorValue } from "#golden/graph.ts";
import { decode } from "#onnx/decode.ts";
import { encode } from "#onnx/encode.ts";
import type { Node } from "#onnx/model.ts";

/** The challenge of the tests: three classes of 4 x 4 float images, L-infinity 0.1, no grid. */
export const TINY = bundled("tiny-nogrid");
export const SIZE = 16;
export const CLASSES = 3;

/** A file of the challenge's folder. */
export function tinyFile(name: string): Buffer<ArrayBuffer> {
  return readFileSync(join(TINY, name)) as Buffer<ArrayBuffer>;
}

/** The points: float32 [n, 16] and their labels. */
export function tinyPoints(): { x: Float32Array; y: number[]; n: number } {
  const read = (name: string) => {
    const result = readNpy(tinyFile(`data/points_${name}.npy`));
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    return Array.from(result.array.data as ArrayLike<number>, Number);
  };
  const y = read("y");
  return { x: Float32Array.from(read("x")), y, n: y.length };
}

/** An attack on the points listed (all of them by default), each moved by what `change` does to its row. */
export function attackOn(change: (row: Float32Array, point: number) => void, points?: number[]): Uint8Array {
  const { x, n } = tinyPoints();
  const index = points ?? Array.from({ length: n }, (_, i) => i);
  const rows = new Float32Array(index.length * SIZE);
  for (const [to, point] of index.entries()) {
    const row = rows.subarray(to * SIZE, (to + 1) * SIZE);
    row.set(x.subarray(point * SIZE, (point + 1) * SIZE));
    change(row, point);
  }
  const x_adv = writeNpy({ shape: [index.length, 1, 4, 4], data: rows });
  const members = { x_adv, index: writeNpy({ shape: [index.length], data: BigInt64Array.from(index, BigInt) }) };
  return writeNpz(members, { compress: true });
}

/** Moves every value of a row by up to 0.09, inside the range, as the two numbers say. */
export function nudge(row: Float32Array, seed: number, point: number): void {
  for (let i = 0; i < row.length; i++) {
    const by = Math.sin(seed * 12.9898 + point * 78.233 + i * 37.719) * 0.09;
    row[i] = Math.min(1, Math.max(0, row[i]! + by));
  }
}

interface Changes extends Partial<Omit<Parts, "nodes">> {
  /** Default: the baseline's. */
  of?: Linear;
  /** Nodes from "x" to what `from` names. */
  before?: Node[];
  from?: string;
  /** Nodes from "scores" to "y". */
  after?: Node[];
}

/** The baseline "Linear" with nodes before and after it: x [N,1,4,4] to y [N,3] unless `inputs` or `outputs` say otherwise. */
export function linear(changes: Changes = {}): Uint8Array<ArrayBuffer> {
  const { of = linearWeights(), before = [], from = "x", after, weights = {}, inputs, outputs, ...rest } = changes;
  const nodes = [
    ...before,
    node("Reshape", `${from} flat_shape`, "flat"),
    node("Gemm", "flat weight bias", after ? "scores" : "y", { transB: 1 }),
    ...(after ?? []),
  ];
  return encode(
    modelOf({
      ...rest,
      nodes,
      weights: {
        weight: floats([CLASSES, SIZE], of.weight),
        bias: floats([CLASSES], of.bias),
        flat_shape: ints([-1, SIZE]),
        ...weights,
      },
      inputs: inputs ?? [tensorValue("x", ["N", 1, 4, 4])],
      outputs: outputs ?? [tensorValue("y", ["N", CLASSES])],
    }),
  );
}

/** A linear model: scores[k] = bias[k] + sum over i of weight[16 k + i] x[i]. */
export interface Linear {
  weight: number[];
  bias: number[];
}

/** The baseline "Linear"; with a seed, each of its numbers moved by up to 0.6 (the largest is 2.9). */
export function linearWeights(seed = 0): Linear {
  const decoded = decode(tinyFile("baselines/linear.onnx"));
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  const { initializers } = decoded.model.graph;
  const moved = (name: string, salt: number) =>
    Array.from(new Float32Array(Uint8Array.from(initializers.get(name)!.data).buffer), (value, i) =>
      seed === 0 ? value : Math.fround(value + 0.6 * Math.sin(seed * 91.7 + salt + i * 13.3)),
    );
  return { weight: moved("1.weight", 0), bias: moved("1.bias", 500) };
}

/** What a linear model answers to a row, in float64, and by how much its first choice leads. */
export function linearAnswer({ weight, bias }: Linear, row: Float32Array): { answer: number; lead: number } {
  const scores = bias.map((value, k) => row.reduce((sum, x, i) => sum + x * weight[k * SIZE + i]!, value));
  const sorted = scores.toSorted((a, b) => b - a);
  return { answer: scores.indexOf(sorted[0]!), lead: sorted[0]! - sorted[1]! };
}
