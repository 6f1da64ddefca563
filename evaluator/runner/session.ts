import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Provider } from "#contest/gauntlet.ts";
import type { ModelFacts } from "#contest/report.ts";

/** The level at which the verdict's logits are computed; another level changes their last bits (facts, 0.6). */
const LEVEL = "basic";

/** Loads canonical bytes the one way in which verdicts are made: CPU, one thread, no arena, from memory. */
export function load(bytes: Uint8Array, level: "basic" | "disabled" = LEVEL): Promise<InferenceSession> {
  return InferenceSession.create(bytes, {
    executionProviders: ["cpu"],
    graphOptimizationLevel: level,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    enableCpuMemArena: false,
    enableMemPattern: false,
    logSeverityLevel: 4,
  });
}

/**
 * Loads a model whose answers only lead a search, the fastest way: on the CPU and one thread as well, with every fusion and
 * layout that ONNX Runtime has (small convolutions take half the time), and memory that is kept from run to run. On an
 * accelerator, what it has no kernel for runs on the CPU inside the same session; a graph that it refuses as a whole
 * runs there entirely, and `provider` says so.
 */
export async function loadForSearch(
  bytes: Uint8Array,
  provider: Provider,
): Promise<{ session: InferenceSession; provider: Provider }> {
  const open = (executionProviders: Provider[]) =>
    InferenceSession.create(bytes, {
      executionProviders,
      graphOptimizationLevel: "all",
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: "sequential",
      logSeverityLevel: 4,
    });
  const onCpu = async () => ({ session: await open(["cpu"]), provider: "cpu" as const });
  if (provider === "cpu") return onCpu();
  return open([provider, "cpu"]).then((session) => ({ session, provider }), onCpu);
}

/** Gives the noise tensors of a run over `batch` rows (of `rows`); empty for a model without random ops. */
export type NoiseFeeds = (batch: number, rows: Float32Array) => Record<string, Tensor>;
const quiet: NoiseFeeds = () => ({});

/** What went wrong with a run, for the log; its rows are answered NaN. */
export interface RunFault {
  code: string;
  message: string;
}

export interface Runner {
  /** Rows in one run: at most this many, and exactly this many for a model with a fixed batch. */
  batch: number;
  /**
   * Logits [count, classes] of `count` rows [count, ...shape] (channels first). A wrong output shape or an error in
   * the run answers NaN for every row of the run and says so in `fault`.
   */
  run(rows: Float32Array, count: number, noise?: NoiseFeeds): Promise<{ logits: Float32Array; fault?: RunFault }>;
  /** Named outputs of a run over `count` rows. Throws what ONNX Runtime throws. */
  outputs(rows: Float32Array, count: number, names: string[], noise?: NoiseFeeds): Promise<Record<string, Tensor>>;
}

/** Runs a model on rows as the challenge stores them, whatever its batch, its layout and its input's name and type. */
export function runnerOf(
  session: InferenceSession,
  facts: ModelFacts,
  task: { shape: number[]; classes: number },
  wanted: number,
): Runner {
  const fixed = facts.batch === "dynamic" ? null : facts.batch;
  const batch = fixed ?? wanted;
  const size = task.shape.reduce((a, b) => a * b, 1);
  const input = new Float32Array(batch * size);
  const place = placer(facts.layout, task.shape);
  const outputs: Runner["outputs"] = async (rows, count, names, noise = quiet) => {
    const ran = fixed ?? count;
    const asItIs = ran === count && facts.layout !== "NHWC";
    if (!asItIs) for (let row = 0; row < ran; row++) place(rows, Math.min(row, count - 1), input, row);
    const values = (asItIs ? rows : input).subarray(0, ran * size);
    const dims = facts.inputDims.map((dim, axis) => (axis === 0 || dim === null ? ran : dim));
    return session.run({ [facts.inputName]: inputTensor(facts, values, dims), ...noise(ran, rows) }, names);
  };
  return {
    batch,
    outputs,
    async run(rows, count, noise) {
      const logits = new Float32Array(count * task.classes).fill(Number.NaN);
      try {
        const output = (await outputs(rows, count, [facts.outputName], noise))[facts.outputName]!;
        const fault = outputFault(output, fixed ?? count, task.classes);
        if (fault) return { logits, fault };
        copyLogits(output, logits);
        return { logits };
      } catch (error) {
        return { logits, fault: runFault(String(error)) };
      }
    },
  };
}

/** ONNX Runtime answers an allocation that fails with an error, not with a crash. */
function runFault(message: string): RunFault {
  const memory = /bad_alloc|failed to allocate|not enough memory/i.test(message);
  return { code: memory ? "out-of-memory" : "run-error", message: message.slice(0, 300) };
}

/** Rows in the model's own layout [...dims], as its input's type. */
export function inputTensor(facts: ModelFacts, values: Float32Array, dims: number[]): Tensor {
  if (facts.inputType === "float64") return new Tensor("float64", Float64Array.from(values), dims);
  if (facts.inputType === "float16") return halfTensor(new Uint16Array(new Float16Array(values).buffer), dims);
  return new Tensor("float32", values, dims);
}

/** The package keeps float16 in a Float16Array where there is one, which its native part (1.30) takes for empty. */
function halfTensor(bits: Uint16Array, dims: number[]): Tensor {
  return Object.assign(new Tensor("float16", bits, dims), { cpuData: bits });
}

function copyLogits(output: Tensor, into: Float32Array): void {
  const data = output.data as Float32Array | Float64Array | Uint16Array<ArrayBuffer>;
  const values =
    output.type === "float16" && data instanceof Uint16Array ? new Float16Array(data.buffer, data.byteOffset) : data;
  for (let i = 0; i < into.length; i++) into[i] = values[i]!;
}

function outputFault(output: Tensor, batch: number, classes: number): RunFault | undefined {
  const single = batch === 1 && output.dims.length === 1 && output.dims[0] === classes;
  const matrix = output.dims.length === 2 && output.dims[0] === batch && output.dims[1] === classes;
  if (output.type.startsWith("float") && (single || matrix)) return undefined;
  const found = `${output.type} [${output.dims.join(", ")}]`;
  return { code: "output-shape", message: `expected float32 [${batch}, ${classes}], found ${found}` };
}

type Placer = (rows: Float32Array, from: number, into: Float32Array, to: number) => void;

/** Copies row `from` of [*, C, H, W] to place `to` of the model's own layout. */
export function placer(layout: string, [c, h, w]: number[]): Placer {
  const size = c! * h! * w!;
  if (layout !== "NHWC")
    return (rows, from, into, to) => into.set(rows.subarray(from * size, (from + 1) * size), to * size);
  const plane = h! * w!;
  return (rows, from, into, to) => {
    for (let channel = 0; channel < c!; channel++)
      for (let i = 0; i < plane; i++) into[to * size + i * c! + channel] = rows[from * size + channel * plane + i]!;
  };
}
