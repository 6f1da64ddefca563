import { Tensor } from "onnxruntime-node";
import type { Provider } from "#contest/gauntlet.ts";
import type { ModelFacts } from "#contest/report.ts";
import { inputTensor, loadForSearch, type NoiseFeeds, placer } from "#evaluator/runner/session.ts";
import { encode } from "#onnx/encode.ts";
import { LOSSES, type LossName } from "#onnx/gradient.ts";
import type { Model } from "#onnx/model.ts";

/** Loss and gradient of up to `batch` rows in one run of a graph that onnx/gradient.ts made. */
export interface GradientRunner {
  batch: number;
  /** What it runs on. */
  provider: Provider;
  /**
   * Logits [rows, classes], losses [rows] and gradients [rows, size] (channels first) at x [rows, size]. Views that the
   * next run overwrites. A run that fails answers NaN and a gradient of zeros: nothing is decided by it.
   */
  run(x: Float32Array, rows: number, asked: Asked, noise: NoiseFeeds): Promise<Climbed>;
  release(): Promise<void>;
}

export interface Asked {
  labels: Int32Array;
  targets: Int32Array;
  losses: Uint8Array;
}

export interface Climbed {
  logits: Float32Array;
  loss: Float32Array;
  gradient: Float32Array;
}

/** Opens a gradient graph of a fixed batch. Its answers only lead a search, so it runs at full optimisation. */
export async function gradientRunner(
  model: Model,
  facts: ModelFacts,
  task: { shape: number[]; classes: number },
  batch: number,
  wanted: Provider,
): Promise<GradientRunner> {
  const { session, provider } = await loadForSearch(encode(model), wanted);
  const size = task.shape.reduce((a, b) => a * b, 1);
  const place = placer(facts.layout, task.shape);
  const input = new Float32Array(batch * size);
  const dims = facts.inputDims.map((dim, axis) => (axis === 0 || dim === null ? batch : dim));
  const whole = { label: new BigInt64Array(batch), target: new BigInt64Array(batch), loss: new BigInt64Array(batch) };
  const asked = new Set(session.inputNames);
  const ints = (name: keyof typeof whole) => new Tensor("int64", whole[name], [batch]);
  const constant = { label: ints("label"), target: ints("target"), loss: ints("loss") };
  const climbed: Climbed = {
    logits: new Float32Array(batch * task.classes),
    loss: new Float32Array(batch),
    gradient: new Float32Array(batch * size),
  };
  // Written in place: a fresh output of a few hundred kilobytes for every run would be paid in page faults.
  const outputs = {
    logits: new Tensor("float32", climbed.logits, [batch, task.classes]),
    loss_value: new Tensor("float32", climbed.loss, [batch]),
    gradient: new Tensor("float32", climbed.gradient, dims),
  };
  const failed = (): Climbed => ({
    logits: new Float32Array(batch * task.classes).fill(Number.NaN),
    loss: new Float32Array(batch).fill(Number.NaN),
    gradient: new Float32Array(batch * size),
  });
  const ordered = facts.layout === "NHWC" ? new Float32Array(batch * size) : null;
  return {
    batch,
    provider,
    release: () => session.release(),
    async run(x, rows, { labels, targets, losses }, noise) {
      const asItIs = facts.layout !== "NHWC" && x.length === input.length;
      if (!asItIs) for (let row = 0; row < rows; row++) place(x, row, input, row);
      for (let row = 0; row < rows; row++) {
        whole.label[row] = BigInt(labels[row]!);
        whole.target[row] = BigInt(targets[row]!);
        whole.loss[row] = BigInt(losses[row]!);
      }
      const feeds = {
        [facts.inputName]: inputTensor(facts, asItIs ? x : input, dims),
        ...constant,
        ...noise(batch, x),
      };
      const used = Object.fromEntries(Object.entries(feeds).filter(([name]) => asked.has(name)));
      const answered = await session.run(used, outputs).catch(() => null);
      if (!answered) return failed();
      return ordered ? { ...climbed, gradient: channelsFirst(climbed.gradient, ordered, task.shape, rows) } : climbed;
    },
  };
}

/** A graph computes all rows of its batch, filled or not: few rows go to the one with the smaller batch. */
export function eitherRunner(few: GradientRunner, many: GradientRunner): GradientRunner {
  return {
    batch: many.batch,
    provider: many.provider,
    run: (x, rows, asked, noise) => (rows <= few.batch ? few : many).run(x, rows, asked, noise),
    async release() {
      await few.release();
      await many.release();
    },
  };
}

/**
 * Sends batches whose rows all ask for one loss to a graph that computes no other, opened when the first such batch comes,
 * and the rest to `general`. Beside a small network, the losses that nobody asked for take a seventh of the time.
 */
export function perLossRunner(
  general: GradientRunner,
  open: (loss: LossName) => Promise<GradientRunner>,
): GradientRunner {
  const opened = new Map<number, GradientRunner>();
  const runnerFor = async (rows: number, losses: Uint8Array): Promise<GradientRunner> => {
    const code = losses[0]!;
    for (let row = 1; row < rows; row++) if (losses[row] !== code) return general;
    const runner = opened.get(code) ?? (await open(LOSSES[code]!));
    opened.set(code, runner);
    return runner;
  };
  return {
    ...general,
    run: async (x, rows, asked, noise) => (await runnerFor(rows, asked.losses)).run(x, rows, asked, noise),
    async release() {
      for (const runner of [general, ...opened.values()]) await runner.release();
    },
  };
}

function channelsFirst(from: Float32Array, into: Float32Array, [c, h, w]: number[], rows: number): Float32Array {
  const plane = h! * w!;
  for (let row = 0; row < rows; row++)
    for (let channel = 0; channel < c!; channel++)
      for (let i = 0; i < plane; i++)
        into[(row * c! + channel) * plane + i] = from[row * plane * c! + i * c! + channel]!;
  return into;
}
