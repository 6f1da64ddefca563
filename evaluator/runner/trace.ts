import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { ModelFacts } from "#contest/report.ts";
import { load, type NoiseFeeds, runnerOf } from "#evaluator/runner/session.ts";
import { encode } from "#onnx/encode.ts";
import type { Trace, Traced } from "#onnx/gradient.ts";
import { elementTypes, type Model } from "#onnx/model.ts";
import { keptElements, plainNumbers, type TracePlan, tracePlan } from "#onnx/trace-plan.ts";

/**
 * Runs a canonical model (with its noises as inputs) on rows [batch + 1, ...shape] to learn the size and type of each
 * of its tensors at two batch sizes; a model with a fixed batch runs at that one alone. The tensors themselves are
 * never kept: what is put out is their sizes, and small ones that do not depend on the input. Throws what ONNX Runtime
 * throws.
 */
export async function trace(
  model: Model,
  facts: ModelFacts,
  task: { shape: number[]; classes: number },
  rows: Float32Array,
  batch: number,
  noise?: NoiseFeeds,
): Promise<Trace> {
  const plan = tracePlan(model);
  const types = await typesOf(plan.typed);
  const session = await load(encode(plan.sized), "disabled");
  const runner = runnerOf(session, facts, task, batch + 1);
  const run = (count: number, names: string[]) => runner.outputs(rows, count, names, noise);
  const tracedAt = async (count: number) => {
    const sizes = await run(count, [...plan.sizes.values()]);
    const small = plan.constants.filter((name) => elements(sizes[plan.sizes.get(name)!]!) <= keptElements);
    const values = small.length > 0 ? await run(count, small) : {};
    return tracedOf(plan, types, sizes, values);
  };
  const fixed = facts.batch !== "dynamic";
  const at = await tracedAt(fixed ? Number(facts.batch) : batch);
  const next = fixed ? at : await tracedAt(batch + 1);
  await session.release();
  return { batch: fixed ? Number(facts.batch) : batch, at, next };
}

/** Types of all tensors: of the graph's inputs and of what its nodes put out. */
async function typesOf(model: Model): Promise<Map<string, number>> {
  const session = await load(encode(model));
  const listed = [...session.inputMetadata, ...session.outputMetadata];
  await session.release();
  return new Map(listed.map((value) => [value.name, typeCode(value)]));
}

function typeCode(value: InferenceSession.ValueMetadata): number {
  const type = value.isTensor ? value.type : "none";
  return Object.entries(elementTypes).find(([name]) => name === type)?.[1] ?? 0;
}

function elements(sizes: Tensor): number {
  return plainNumbers(sizes.data as BigInt64Array).reduce((a, b) => a * b, 1);
}

function tracedOf(
  plan: TracePlan,
  types: Map<string, number>,
  sizes: Record<string, Tensor>,
  values: Record<string, Tensor>,
): Map<string, Traced> {
  const traced = new Map<string, Traced>();
  for (const [name, size] of plan.sizes) {
    const tensor: Traced = { dims: plainNumbers(sizes[size]!.data as BigInt64Array), type: types.get(name) ?? 0 };
    const data = values[name]?.data;
    if (data && typeof data[0] !== "string") tensor.values = plainNumbers(data as ArrayLike<number | bigint>);
    traced.set(name, tensor);
  }
  return traced;
}
