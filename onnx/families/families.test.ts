import { readdirSync, readFileSync } from "node:fs";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { readNpz } from "#arrays/npz.ts";
import { inputTensor } from "#evaluator/runner/session.ts";
import { trace } from "#evaluator/runner/trace.ts";
import { check, type ModelFacts } from "#onnx/check.ts";
import { encode } from "#onnx/encode.ts";
import { gradientOf, type Variant } from "#onnx/gradient.ts";
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

const arrayNames = `x label target loss noise_0 noise_1 noise_2 logits loss_value gradient straight_gradient
  cut_logits cut_loss_value cut_gradient`.split(/\s+/);

function referenceOf(family: string): Reference {
  const read = readNpz(new Uint8Array(readFileSync(`${folder}/${family}.npz`)), arrayNames);
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
    const family = file.replace(/-(ts|dynamo)\d+(-\w+)?\.onnx$/, "");
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
  const asked = session.inputNames.map((name) => [name, feeds[name]!] as const);
  const results = await session.run(Object.fromEntries(asked));
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, numbersOf(tensor)]));
}

function numbersOf({ type, data }: Tensor): Float32Array {
  if (type === "float16" && data instanceof Uint16Array) return Float32Array.from(new Float16Array(data.buffer));
  return data instanceof Float32Array ? data : Float32Array.from(data as Float64Array);
}

/** The first `rows` rows of an array [B, ...], the first again after the last. */
function rowsOf(values: Float32Array, batch: number, rows: number): Float32Array {
  const size = values.length / batch;
  return Float32Array.from({ length: rows * size }, (_, i) => values[i % values.length]!);
}

function noiseFeeds({ reference }: Case, noises: Noise[]): (rows: number) => Record<string, Tensor> {
  const [batch, ...example] = reference.dims as [number, ...number[]];
  return (rows) =>
    Object.fromEntries(
      noises.map(({ name }) => {
        const noise = reference.floats(name);
        if (noise.length === 3) return [name, new Tensor("float32", noise, [3])]; // one draw for the whole batch
        return [name, new Tensor("float32", rowsOf(noise, batch, rows), [rows, ...example])];
      }),
    );
}

function feedsOf(given: Case, facts: ModelFacts, noises: Noise[]): Record<string, Tensor> {
  const { reference } = given;
  const batch = reference.dims[0]!;
  const whole = (name: string) => new Tensor("int64", reference.whole(name), [batch]);
  return {
    input: inputTensor(facts, reference.floats("x"), reference.dims),
    ...{ label: whole("label"), target: whole("target"), loss: whole("loss") },
    ...noiseFeeds(given, noises)(batch),
  };
}

async function gradients(given: Case, variant: Variant, cutHead = false) {
  const { model, facts, noises } = admitted(given);
  const [batch, ...shape] = given.reference.dims as [number, ...number[]];
  const task = { shape, classes: CLASSES };
  const rows = rowsOf(given.reference.floats("x"), batch, batch + 1);
  const traced = await trace(model, facts, task, rows, batch, noiseFeeds(given, noises));
  const derived = gradientOf(model, { trace: traced, classes: CLASSES, variant, cutHead });
  return { derived, answers: derived.ok ? await run(derived.model, feedsOf(given, facts, noises)) : null };
}

async function answered(given: Case, variant: Variant, cutHead = false): Promise<Record<string, Float32Array>> {
  const { derived, answers } = await gradients(given, variant, cutHead);
  if (!answers) throw new Error(JSON.stringify(derived));
  return answers;
}

function furthest(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

/** How far each element is from its place, in units of the largest of its row: the median and the 99 % quantile. */
function errors(found: Float32Array, wanted: Float32Array, batch: number): [number, number] {
  const size = wanted.length / batch;
  const all = Array.from({ length: batch }, (_, row) => {
    const part = wanted.subarray(row * size, (row + 1) * size);
    const unit = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    return Array.from(part, (value, i) => Math.abs(found[row * size + i]! - value) / unit);
  }).flat();
  all.sort((a, b) => a - b);
  return [all[Math.floor(all.length / 2)]!, all[Math.floor(all.length * 0.99)]!];
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** A model in float16 has 11 bits of precision, 13 fewer than torch's float32. */
function tolerance({ file }: Case): number {
  return file.includes("-half") ? 2e-2 : 1e-4;
}

/** Compares answers of a gradient graph with those of torch under `prefix`. Kinks may part a few elements, so quantiles. */
function expectAgreement(given: Case, answers: Record<string, Float32Array>, prefix = ""): void {
  const { dims, floats } = given.reference;
  const loss = floats(prefix === "cut_" ? "cut_loss_value" : "loss_value");
  expect(furthest(answers.logits!, floats("logits"))).toBeLessThan(tolerance(given));
  expect(furthest(answers.loss_value!, loss) / (1 + largest(loss))).toBeLessThan(tolerance(given));
  const [median, most] = errors(answers.gradient!, floats(`${prefix}gradient`), dims[0]!);
  expect(median).toBeLessThan(tolerance(given) / 100);
  expect(most).toBeLessThan(tolerance(given));
}

test.each(cases)("$file passes the gate and answers as torch does", async (given) => {
  const { model, facts, noises } = admitted(given);
  const answers = await run(model, feedsOf(given, facts, noises));
  expect(furthest(answers[facts.outputName]!, given.reference.floats("logits"))).toBeLessThan(tolerance(given));
});

const masked = cases.filter(({ reference }) => largest(reference.floats("gradient")) === 0);
const open = cases.filter((given) => !masked.includes(given));

test.each(open)("$file has torch's logits, losses and gradients", async (given) => {
  expectAgreement(given, await answered(given, "exact"));
});

test.each(masked)("$file has no exact gradient, and is said to have none", async (given) => {
  const { derived } = await gradients(given, "exact");
  expect(derived.ok || derived.reason).toBe("no-path");
});

test.each(cases.filter(({ reference }) => reference.has("cut_gradient")))(
  "$file without its head has the gradients of what comes before the head",
  async (given) => {
    expectAgreement(given, await answered(given, "exact", true), "cut_");
  },
);

test.each(cases.filter(({ reference }) => reference.has("straight_gradient")))(
  "$file gone straight through has the gradients that torch has with identities for steps",
  async (given) => {
    expectAgreement(given, await answered(given, "straight-through"), "straight_");
  },
);

test.each(masked)("$file keeps no row's gradient from a smooth stand-in", async (given) => {
  const { gradient } = await answered(given, "smooth", true);
  const size = gradient!.length / given.reference.dims[0]!;
  for (let row = 0; row < gradient!.length; row += size) {
    const most = largest(gradient!.subarray(row, row + size));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(Number.POSITIVE_INFINITY);
  }
});
