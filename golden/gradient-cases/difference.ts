import type { InferenceSession } from "onnxruntime-node";
import { BATCH, type Case, coreOf, headed } from "#golden/gradient-cases/case.ts";
import { aims, derivedFrom, float, opened, traced, uniform } from "#golden/gradients.ts";

/** Steps along which differences are taken. */
const DIRECTIONS = 8;
const STEP = 1e-3;
const rows = [
  { loss: "targeted-margin", label: 0, target: 1 },
  { loss: "targeted-margin", label: 0, target: 1 },
] as const;

export interface Difference {
  /** Of slopes along random directions, as the gradient and as differences have them, each relative to its size. */
  errors: number[];
  /** How far the gradient graph's own forward values are from the model's, relative to their size. */
  offset: number;
  /** Of the gradient. */
  norm: number;
}

/** Compares a case's gradient, and its values in the gradient graph, with what ONNX Runtime makes of the operator. */
export async function difference(given: Case, opset: number, seed: number): Promise<Difference> {
  const core = coreOf(given, opset);
  const random = uniform(seed);
  const x = spread(BATCH * (core.graph.inputs[0]!.dims![1] as number), given.range, random);
  const session = await opened(core);
  const base = await outputs(session, given, x);
  const weights = base.map((values) => values.map(() => 2 * random() - 1));
  const model = headed(
    core,
    base.map(({ length }) => length),
    weights,
  );
  const feeds = { input: float(x, [BATCH, x.length / BATCH]) };
  const derived = await derivedFrom(model, feeds, { classes: 2, trace: await traced(model, feeds, BATCH) });
  const graph = await opened(derived.model);
  const answer = await graph.run({ ...feeds, ...aims(rows) });
  const gradient = answer.gradient!.data as Float32Array;
  const total = base.reduce((sum, values, i) => sum + dot(values, weights[i]!), 0);
  const size = base.reduce((sum, values, i) => sum + length(values) * length(weights[i]!), 1);
  const errors: number[] = [];
  for (let i = 0; i < DIRECTIONS; i++) {
    const v = Float32Array.from(x, () => 2 * random() - 1);
    const slope = await slopeAlong(session, given, x, v, weights);
    const scale = length(gradient) * length(v) * 0.1 + Math.abs(slope) + 1e-6;
    errors.push(Math.abs(slope - dot(gradient, v)) / scale);
  }
  await Promise.all([session.release(), graph.release()]);
  const offset = Math.abs((answer.logits!.data[1] as number) - total) / size;
  return { errors, offset, norm: length(gradient) };
}

/** <w, J v>: of a linear operator by its values at v and 0, else by central differences. */
async function slopeAlong(
  session: InferenceSession,
  given: Case,
  x: Float32Array,
  v: Float32Array,
  weights: Float32Array[],
): Promise<number> {
  const at = async (h: number, from = x) => {
    const values = await outputs(
      session,
      given,
      from.map((value, i) => value + h * v[i]!),
    );
    return values.reduce((sum, value, i) => sum + dot(value, weights[i]!), 0);
  };
  if (given.linear) {
    const zero = new Float32Array(x.length);
    return (await at(1, zero)) - (await at(0, zero));
  }
  return ((await at(STEP)) - (await at(-STEP))) / (2 * STEP);
}

/** Evenly spaced values in random order: no two are so close that a step changes which is the larger. */
function spread(count: number, [low, high]: [number, number], random: () => number): Float32Array {
  const keys = Array.from({ length: count }, random);
  const order = [...keys.keys()].sort((i, j) => keys[i]! - keys[j]!);
  const x = new Float32Array(count);
  for (const [rank, i] of order.entries()) x[i] = low + ((high - low) * (rank + 0.5)) / count;
  return x;
}

async function outputs(session: InferenceSession, given: Case, x: Float32Array): Promise<Float32Array[]> {
  const out = await session.run({ input: float(x, [BATCH, x.length / BATCH]) });
  return given.taken.map((name) => out[name]!.data as Float32Array);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function length(a: ArrayLike<number>): number {
  return Math.sqrt(dot(a, a));
}
