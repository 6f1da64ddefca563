import { execFile } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { median } from "#commands/bench/apparatus/figures.ts";
import { type BenchOptions, type Finding, publish } from "#commands/bench/apparatus/findings.ts";
import { moment } from "#commands/bench/apparatus/machine.ts";
import { mnistPoints } from "#commands/bench/apparatus/mnist.ts";
import { writeAdmittedModel } from "#commands/bench/apparatus/mnist-model.ts";
import type { MeasureJob } from "#contest/job.ts";
import { frameReader } from "#contest/report.ts";
import { answerOf } from "#contest/verdict.ts";
import { childEnvironment } from "#env.ts";
import { bundle } from "#evaluator/sandbox/bundle.ts";
import { openSandbox, type Sandbox } from "#evaluator/sandbox/sandbox.ts";

const BATCH = 64;
/** `bare`: with every image in memory; `streaming`: reading them batch by batch. */
const contenders = ["runner", "bare", "streaming"] as const;

/** What all of them are given: paths, and how many rows there are. */
type Inputs = { model: string; rows: string; images: number };
type Run = { seconds: number; peakKb: number; answers: number };

/** The runner in its sandbox against a loop of ONNX Runtime alone, in turns. */
export async function main(options: BenchOptions): Promise<void> {
  const began = moment();
  const [images, rounds] = options.small ? [10_000, 2] : [100_000, 5];
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-bench-"));
  try {
    const inputs = { model: join(folder, "model.onnx"), rows: join(folder, "rows.f32"), images };
    writeAdmittedModel(inputs.model);
    writeRows(inputs.rows, images);
    const program = await bundle("commands/bench/bare-loop/main.ts");
    const sandbox = await openSandbox({ slots: 1, stateFolder: folder });
    const runs = { runner: [] as Run[], bare: [] as Run[], streaming: [] as Run[] };
    try {
      for (let round = 0; round < rounds; round++) {
        runs.runner.push(await runInSandbox(sandbox, folder, inputs));
        runs.bare.push(await bareLoop(program, inputs, "memory"));
        runs.streaming.push(await bareLoop(program, inputs, "file"));
      }
    } finally {
      await sandbox.close();
    }
    if (new Set(contenders.flatMap((name) => runs[name].map(({ answers }) => answers))).size !== 1)
      throw new Error("The contenders do not agree about the answers.");
    publish("runner", began, how(images, rounds), findings(runs, images), options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function how(images: number, rounds: number): string {
  return (
    `${images.toLocaleString("en")} images (the points of mnist-linf, repeated) through its undefended CNN, batch ${BATCH}, one thread. The runner, in its sandbox, ` +
    "is timed from its word that the model is loaded to its last word; the bare loop is timed without loading, once with all images in memory " +
    `and once reading them batch by batch, as the runner does. ${rounds} rounds, the three in turns; ratios are of medians. Memory is the peak resident set (VmHWM).`
  );
}

function findings(runs: Record<(typeof contenders)[number], Run[]>, images: number): Finding[] {
  const seconds = (name: keyof typeof runs) => median(runs[name].map((run) => run.seconds));
  const peak = (name: keyof typeof runs) => median(runs[name].map((run) => run.peakKb)) / 1024;
  const speed = seconds("bare") / seconds("runner");
  const memory = peak("runner") / peak("streaming");
  const absolute = (name: keyof typeof runs, what: string): Finding => ({
    what,
    measured: `${Math.round(images / seconds(name)).toLocaleString("en")} images/s, ${Math.round(peak(name))} MiB`,
  });
  return [
    absolute("runner", "runner"),
    absolute("bare", "bare loop, images in memory"),
    absolute("streaming", "bare loop, images read as it goes"),
    {
      what: "throughput, runner : bare loop with images in memory",
      ...{ measured: speed.toFixed(3), target: ">= 0.9", met: speed >= 0.9 },
    },
    {
      what: "throughput, runner : bare loop that reads",
      measured: (seconds("streaming") / seconds("runner")).toFixed(3),
    },
    {
      what: "peak memory, runner : bare loop that reads",
      ...{ measured: memory.toFixed(2), target: "<= 1.5", met: memory <= 1.5 },
    },
  ];
}

function writeRows(file: string, images: number): void {
  const points = mnistPoints();
  const handle = openSync(file, "w");
  for (let row = 0; row < images; row += points.n) writeSync(handle, new Uint8Array(points.x.buffer));
  closeSync(handle);
}

async function bareLoop(program: string, { model, rows, images }: Inputs, from: string): Promise<Run> {
  const args = [program, model, rows, String(images), String(BATCH), from];
  const env = childEnvironment({ ORT_DISABLE_TELEMETRY: "1" });
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout);
}

async function runInSandbox(sandbox: Sandbox, folder: string, { model, rows, images }: Inputs): Promise<Run> {
  const job: MeasureJob = {
    ...{ kind: "measure", shape: [1, 28, 28], classes: 10, rows: images, batch: BATCH, draws: 1, again: [] },
  };
  writeFileSync(join(folder, "job.json"), JSON.stringify(job));
  const files = [
    { name: "model.onnx", source: model },
    { name: "rows.f32", source: rows },
    { name: "job.json", source: join(folder, "job.json") },
  ];
  const reader = frameReader(2 ** 24);
  const run = { seconds: Number.NaN, peakKb: 0, answers: 0 };
  let readyAt = 0;
  const onOutput = (chunk: Uint8Array) => {
    for (const { report, bytes } of reader.push(chunk)) {
      if (report.type === "ready") readyAt = performance.now();
      if (report.type === "logits") run.answers += sumOfAnswers(bytes);
      if (report.type !== "done") continue;
      run.seconds = (performance.now() - readyAt) / 1000;
      // The runner waits for leave to end just now, so its peak can still be read.
      run.peakKb = peakOfDescendants();
    }
  };
  const limits = { cpuSeconds: 300, wallMs: 300_000, memoryBytes: 2 ** 31, outputBytes: 2 ** 28, tmpBytes: 2 ** 24 };
  const outcome = await sandbox.run({ slot: 0, files, limits, onOutput });
  if (Number.isNaN(run.seconds)) throw new Error(`The runner did not finish: ${JSON.stringify(outcome)}`);
  return run;
}

function sumOfAnswers(bytes: Uint8Array): number {
  const logits = new Float32Array(bytes.slice().buffer);
  let sum = 0;
  for (let row = 0; row < logits.length / 10; row++) sum += answerOf(logits, 10, row);
  return sum;
}

/** The largest peak resident set among the processes below this one, kB: of a sandbox, that is the runner's. */
function peakOfDescendants(): number {
  const children = (pid: number | string): string[] =>
    readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" ").filter(Boolean),
    );
  const below = (pid: number | string): string[] => children(pid).flatMap((child) => [child, ...below(child)]);
  const peaks = below(process.pid).map(
    (pid) => /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1],
  );
  return Math.max(...peaks.map((peak) => Number(peak ?? 0)));
}
