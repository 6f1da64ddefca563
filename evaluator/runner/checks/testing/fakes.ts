import type { Task } from "#evaluator/runner/attacks/attack.ts";
import type { Oracle } from "#evaluator/runner/attacks/pool.ts";
import { streamOf } from "#evaluator/runner/attacks/random.ts";
import type { Patient } from "#evaluator/runner/checks/check.ts";

const SIZE = 4;
const COUNT = 20;
const BATCH = 8;

/** A model of two numbers, both functions of how far an input of four values lies from the clean one, 0.5, on average. */
export interface Landscape {
  /** Fooled above 0. */
  margin(t: number): number;
  /** What the gradient says of every value. */
  slope(t: number): number;
  /** What the losses that attacks climb are; the margin by default. */
  loss?(t: number): number;
  /** What is added to the scores in a call with these inputs. */
  drift?(inputs: Float32Array, rows: number): number;
}

/** Twenty inputs of a model in a ball of 0.1, without ONNX Runtime: for what no admitted model does, or only large ones. */
export function landscape({ margin, slope, loss = margin, drift = () => 0 }: Landscape): Patient {
  const arena: Task["arena"] = {
    ...{ norm: "Linf", epsilon: 0.1, range: [0, 1], grid: null, shape: [1, 2, 2], classes: 3 },
  };
  const at = (x: Float32Array, row: number) =>
    x.subarray(row * SIZE, (row + 1) * SIZE).reduce((sum, value) => sum + value, 0) / SIZE - 0.5;
  const scores = (x: Float32Array, rows: number) => {
    const by = drift(x.subarray(0, rows * SIZE), rows);
    return Array.from({ length: rows }, (_, row) => [by, margin(at(x, row)) + by, -9]).flat();
  };
  const oracle: Oracle = {
    batch: BATCH,
    scores: async (x, rows) => Float32Array.from(scores(x, rows)),
    verdicts: async (x, rows) => Float32Array.from(scores(x, rows)),
    gradients: async (x, rows) => ({
      logits: Float32Array.from(scores(x, rows)),
      loss: Float32Array.from({ length: rows }, (_, row) => loss(at(x, row))),
      gradient: Float32Array.from({ length: rows * SIZE }, (_, i) => slope(at(x, Math.floor(i / SIZE)))),
    }),
  };
  const task = (check: string, point: number): Task => ({
    ...{ point, label: 0, starts: [], clean: new Float32Array(SIZE).fill(0.5), arena },
    ...{ cleanLogits: Float32Array.of(0, margin(0), -9), random: streamOf("00", check, point) },
  });
  return {
    survey: {
      ...{ variants: ["exact"], reason: "", missing: [], places: [], stops: [], headCut: [], randomOps: 0 },
      ...{ trees: false, linear: false, flat: false, moves: true },
    },
    arena,
    binarised: async () => null,
    tasks: (check) => Array.from({ length: COUNT }, (_, point) => task(check, point)),
    oracle: async () => oracle,
  };
}
