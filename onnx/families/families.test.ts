import { readdirSync, readFileSync } from "node:fs";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { readNpz } from "#arrays/npz.ts";
import { check, type ModelFacts } from "#onnx/check.ts";
import { encode } from "#onnx/encode.ts";
import type { Model } from "#onnx/model.ts";
import { type Noise, seedRandomness } from "#onnx/randomness.ts";

const CLASSES = 10;
const folder = import.meta.dirname;

/** What torch says of a network (export.py): its answers and gradients, and what they are about. */
interface Reference {
  dims: number[];
  floats(name: string): Float32Array;
  has(name: string): boolean;
  whole(name: string): BigInt64Array;
}

interface Case {
  file: string;
  bytes: Uint8Array;
  reference: Reference;
}

const arrayNames = ["x", "label", "target", "loss", "noise", "logits", "loss_value", "gradient", "straight_gradient"];
const cutNames = ["cut_logits", "cut_loss_value", "cut_gradient"];

function referenceOf(family: string): Reference {
  const read = readNpz(new Uint8Array(readFileSync(`${folder}/${family}.npz`)), [...arrayNames, ...cutNames]);
  if (!read.ok) throw new Error(`${family}: ${JSON.stringify(read.problems)}`);
  const { arrays } = read;
  return {
    dims: arrays.get("x")!.shape,
    has: (name) => arrays.has(name),
    floats: (name) => arrays.get(name)!.data as Float32Array,
    whole: (name) => BigInt64Array.from(arrays.get(name)!.data as Iterable<bigint>, BigInt),
  };
}

const cases = readdirSync(folder)
  .filter((file) => file.endsWith(".onnx"))
  .map((file): Case => {
    const family = file.replace(/-(ts|dynamo)\d+(-fixed)?\.onnx$/, "");
    return { file, bytes: new Uint8Array(readFileSync(`${folder}/${file}`)), reference: referenceOf(family) };
  });

function admitted({ bytes, reference }: Case): { model: Model; facts: ModelFacts; noises: Noise[] } {
  const [, ...example] = reference.dims;
  const shape = example.at(-1) === 3 ? [3, example[0]!, example[1]!] : example; // channels last
  const checked = check(bytes, { shape, classes: CLASSES });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const seeded = seedRandomness(checked.model);
  if (!seeded.ok) throw new Error(JSON.stringify(seeded.problems));
  return { ...seeded, facts: checked.facts };
}

async function run(model: Model, feeds: Record<string, Tensor>): Promise<Record<string, Float32Array>> {
  const session = await InferenceSession.create(encode(model), { logSeverityLevel: 4, intraOpNumThreads: 1 });
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

function inputs({ reference }: Case, noises: Noise[]): Record<string, Tensor> {
  const feeds = { input: new Tensor("float32", reference.floats("x"), reference.dims) };
  const shape = reference.has("noise") && reference.floats("noise").length === 3 ? [3] : reference.dims;
  const draws = noises.map(({ name }) => [name, new Tensor("float32", reference.floats("noise"), shape)] as const);
  return { ...feeds, ...Object.fromEntries(draws) };
}

function furthest(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

describe.each(cases)("$file", (given) => {
  test("passes the gate and answers as torch does", async () => {
    const { model, facts, noises } = admitted(given);
    const answers = await run(model, inputs(given, noises));
    expect(furthest(answers[facts.outputName]!, given.reference.floats("logits"))).toBeLessThan(1e-4);
  });
});
