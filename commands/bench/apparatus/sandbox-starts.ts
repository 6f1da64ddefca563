import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeAdmittedModel } from "#commands/bench/apparatus/mnist-model.ts";
import type { MeasureJob } from "#contest/job.ts";
import { openSandbox } from "#evaluator/sandbox/sandbox.ts";

/** Milliseconds from spawn to the runner's first word and to its exit, and of CPU that it used itself. */
export type SandboxStart = { startMs: number; wallMs: number; cpuMs: number };

/** Runs the runner `times` times over one row, in `folder` (made now). */
export async function sandboxStarts(folder: string, times: number): Promise<SandboxStart[]> {
  mkdirSync(folder, { recursive: true });
  const job: MeasureJob = {
    ...{ kind: "measure", shape: [1, 28, 28], classes: 10, rows: 1, batch: 64, draws: 1, again: [] },
  };
  writeAdmittedModel(join(folder, "model.onnx"));
  writeFileSync(join(folder, "rows.f32"), new Uint8Array(28 * 28 * 4));
  writeFileSync(join(folder, "job.json"), JSON.stringify(job));
  const files = ["model.onnx", "rows.f32", "job.json"].map((name) => ({ name, source: join(folder, name) }));
  const limits = { cpuSeconds: 30, wallMs: 30_000, memoryBytes: 2 ** 31, outputBytes: 2 ** 20, tmpBytes: 2 ** 24 };
  const sandbox = await openSandbox({ slots: 1, stateFolder: folder });
  const starts: SandboxStart[] = [];
  try {
    for (let i = 0; i < times; i++) {
      const outcome = await sandbox.run({ slot: 0, files, limits, onOutput() {} });
      const { kind, exitCode, startMs, wallMs, cpuMs } = outcome;
      if (exitCode !== 0 || startMs === undefined) throw new Error(`A sandboxed run ended by ${kind}.`);
      starts.push({ startMs, wallMs, cpuMs: cpuMs ?? Number.NaN });
    }
  } finally {
    await sandbox.close();
  }
  return starts;
}
