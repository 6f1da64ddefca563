import type { InferenceSession } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { arithmeticCases } from "#golden/gradient-cases/arithmetic.ts";
import { BATCH, type Case, coreOf, headed } from "#golden/gradient-cases/case.ts";
import { classicalCases } from "#golden/gradient-cases/classical.ts";
import { elementwiseCases } from "#golden/gradient-cases/elementwise.ts";
import { layerCases } from "#golden/gradient-cases/layers.ts";
import { moveCases } from "#golden/gradient-cases/move.ts";
import { reduceCases } from "#golden/gradient-cases/reduce.ts";
import { sequenceCases } from "#golden/gradient-cases/sequences.ts";
import { aims, derivedFrom, float, opened, quantile, traced, uniform } from "#golden/gradients.ts";
import { gradientTable } from "#onnx/gradient-rules/table.ts";

const cases: Case[] = [
  ...elementwiseCases,
  ...arithmeticCases,
  ...reduceCases,
  ...moveCases,
  ...layerCases,
  ...sequenceCases,
  ...classicalCases,
];
const runs = cases.flatMap((given) =>
  given.opsets.map((opset) => ({ title: `${given.op} ${given.what} (opset ${opset})`, given, opset })),
);

/** Steps along which differences are taken; the quantiles below count them. */
const DIRECTIONS = 8;
const STEP = 1e-3;
const rows = [
  { loss: "targeted-margin", label: 0, target: 1 },
  { loss: "targeted-margin", label: 0, target: 1 },
] as const;

test.each(runs)("$title: the gradient is that of differences, and the values stay", async ({ given, opset }) => {
  const core = coreOf(given, opset);
  const width = core.graph.inputs[0]!.dims![1] as number;
  const random = uniform(cases.indexOf(given) + 1);
  const x = spread(BATCH * width, given.range, random);
  const session = await opened(core);
  const base = await outputs(session, given, x);
  const weights = base.map((values) => values.map(() => 2 * random() - 1));
  const model = headed(
    core,
    base.map(({ length }) => length),
    weights,
  );
  const feeds = { input: float(x, [BATCH, width]) };
  const derived = await derivedFrom(model, feeds, { classes: 2, trace: await traced(model, feeds, BATCH) });
  const graph = await opened(derived.model);
  const answer = await graph.run({ ...feeds, ...aims(rows) });
  const gradient = answer.gradient!.data as Float32Array;
  const total = base.reduce((sum, values, i) => sum + dot(values, weights[i]!), 0);
  const size = base.reduce((sum, values, i) => sum + norm(values) * norm(weights[i]!), 1);
  expect(Math.abs((answer.logits!.data[1] as number) - total)).toBeLessThan(1e-5 * size);

  const errors: number[] = [];
  for (let i = 0; i < DIRECTIONS; i++) {
    const v = Float32Array.from(x, () => 2 * random() - 1);
    const along = dot(gradient, v);
    const slope = await slopeAlong(session, given, x, v, weights);
    errors.push(Math.abs(slope - along) / (norm(gradient) * norm(v) * 0.1 + Math.abs(slope) + 1e-6));
  }
  const [half, most] = given.linear ? [1e-5, 1e-5] : given.about ? [0.1, 0.3] : [1e-3, 1e-2];
  expect(quantile(errors, 0.5)).toBeLessThan(half);
  expect(quantile(errors, 0.8)).toBeLessThan(most);
  expect(norm(gradient)).toBeGreaterThan(0);
  await Promise.all([session.release(), graph.release()]);
});

/** <w, J v>: of a linear operator by its values at v and 0, else by central differences. */
async function slopeAlong(
  session: InferenceSession,
  given: Case,
  x: Float32Array,
  v: Float32Array,
  weights: Float32Array[],
) {
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

function norm(a: ArrayLike<number>): number {
  return Math.sqrt(dot(a, a));
}

describe("the table", () => {
  const ruled = [...gradientTable].flatMap(([op, handling]) =>
    typeof handling === "function" || handling.kind !== "stop" ? [op] : [],
  );
  test.each(ruled)("%s has a case", (op) => {
    expect(cases.some((given) => given.op === op)).toBe(true);
  });
});
