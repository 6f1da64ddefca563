import { InferenceSession, Tensor } from "onnxruntime-node";
import { encode } from "#onnx/encode.ts";
import {
  type GradientRequest,
  type GradientResult,
  gradientOf,
  LOSSES,
  type LossName,
  type Trace,
} from "#onnx/gradient.ts";
import { elementTypes, type Model } from "#onnx/model.ts";
import { keptElements, plainNumbers, tracePlan } from "#onnx/trace-plan.ts";

/** For tests: models run by ONNX Runtime itself. */

export type Feeds = Record<string, Tensor>;
export type Answers = Record<string, Tensor>;

export async function opened(model: Model, level: "basic" | "disabled" = "basic"): Promise<InferenceSession> {
  return InferenceSession.create(encode(model), {
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: level,
  });
}

/** Sizes, types and constants of a model's tensors, at the batch of `feeds` alone. */
export async function traced(model: Model, feeds: Feeds, batch: number): Promise<Trace> {
  const plan = tracePlan(model);
  const types = await opened(plan.typed);
  const session = await opened(plan.sized, "disabled");
  const out = await session.run(feeds);
  const at = new Map();
  for (const value of [...types.inputMetadata, ...types.outputMetadata]) {
    const dims = plainNumbers(out[plan.sizes.get(value.name)!]!.data as BigInt64Array);
    const type = value.isTensor ? (elementTypes[value.type as "float32"] ?? 0) : 0;
    const constant = plan.constants.includes(value.name) ? out[value.name]! : undefined;
    const values = constant && constant.size <= keptElements ? plainNumbers(constant.data as Float32Array) : undefined;
    at.set(value.name, values ? { dims, type, values } : { dims, type });
  }
  await Promise.all([types.release(), session.release()]);
  return { batch, at, next: at };
}

export function float(values: ArrayLike<number>, dims: readonly number[]): Tensor {
  return new Tensor("float32", Float32Array.from(values), dims);
}

export function whole(values: readonly number[]): Tensor {
  return new Tensor("int64", BigInt64Array.from(values, BigInt), [values.length]);
}

/** The rows' losses, labels and targets as the gradient graph takes them. */
export function aims(rows: readonly { loss: LossName; label: number; target?: number }[]): Feeds {
  return {
    loss: whole(rows.map(({ loss }) => LOSSES.indexOf(loss))),
    label: whole(rows.map(({ label }) => label)),
    target: whole(rows.map(({ target }) => target ?? 0)),
  };
}

export type Derived = Extract<GradientResult, { ok: true }>;

/** The gradient graph of a model at the batch of `feeds`; throws where there is none. */
export async function derivedFrom(
  model: Model,
  feeds: Feeds,
  request: Partial<GradientRequest> & { classes: number },
): Promise<Derived> {
  const trace = request.trace ?? (await traced(model, feeds, feeds.input!.dims[0]!));
  const result = gradientOf(model, { variant: "exact", cutHead: false, ...request, trace });
  if (!result.ok) throw new Error(`${result.reason}: ${result.message}`);
  return result;
}

/** Uniform numbers in [0, 1) that are the same every time (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function quantile(values: readonly number[], p: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(p * (values.length - 1))]!;
}
