import fs from "node:fs";
import { InferenceSession, Tensor } from "onnxruntime-node";

/**
 * What the runner is compared with: ONNX Runtime and nothing else. Arguments: model, file of float32 rows [n,1,28,28],
 * n, batch, and `memory` (all rows lie in memory before the clock starts) or `file` (each batch is read as it comes, as
 * the runner must). Prints seconds of the loop, peak resident kB and the sum of all answers, so that nothing is left out.
 */
async function main(): Promise<void> {
  const [model, file, n, batch, from] = process.argv.slice(2) as [string, string, string, string, string];
  const [count, step, size] = [Number(n), Number(batch), 28 * 28];
  // As evaluator/runner/session.ts has them.
  const session = await InferenceSession.create(fs.readFileSync(model), {
    executionProviders: ["cpu"],
    graphOptimizationLevel: "basic",
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    enableCpuMemArena: false,
    enableMemPattern: false,
    logSeverityLevel: 4,
  });
  const [input, output] = [session.inputNames[0]!, session.outputNames[0]!];
  const handle = fs.openSync(file, "r");
  const held = new Float32Array((from === "memory" ? count : step) * size);
  const bytes = new Uint8Array(held.buffer);
  for (let at = 0; from === "memory" && at < bytes.length; )
    at += fs.readSync(handle, bytes, at, Math.min(2 ** 24, bytes.length - at), null);
  let answers = 0;
  const began = performance.now();
  for (let row = 0; row < count; row += step) {
    const rows = Math.min(step, count - row);
    if (from === "file") fs.readSync(handle, bytes, 0, rows * size * 4, row * size * 4);
    const first = from === "file" ? 0 : row * size;
    const tensor = new Tensor("float32", held.subarray(first, first + rows * size), [rows, 1, 28, 28]);
    const logits = (await session.run({ [input]: tensor }, [output]))[output]!.data as Float32Array;
    for (let i = 0; i < rows; i++) answers += largest(logits, i * 10);
  }
  const seconds = (performance.now() - began) / 1000;
  const peakKb = Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync("/proc/self/status", "utf8"))![1]);
  console.log(JSON.stringify({ seconds, peakKb, answers }));
}

function largest(logits: Float32Array, from: number): number {
  let best = 0;
  for (let i = 1; i < 10; i++) if (logits[from + i]! > logits[from + best]!) best = i;
  return best;
}

void main();
