import fs from "node:fs";
import { readExamples } from "#arrays/examples.ts";
import type { ExamplesJob } from "#contest/job.ts";
import { report, reportProblems } from "#evaluator/runner/channel.ts";

/** Reads an uploaded .npy or .npz and sends its rows in the order of their indices; which of them count is judged outside. */
export function readUploadedExamples(job: ExamplesJob): void {
  const read = readExamples(fs.readFileSync("/in/upload"), {
    count: job.points,
    shape: job.shape,
    grid: job.grid,
    maxBytes: job.maxBytes,
  });
  if (!read.ok) {
    reportProblems(read.problems);
    return;
  }
  const { index, x, dtype, notes } = read;
  const bytes = new Uint8Array(index.byteLength + x.byteLength);
  bytes.set(new Uint8Array(index.buffer, index.byteOffset, index.byteLength));
  bytes.set(new Uint8Array(x.buffer, x.byteOffset, x.byteLength), index.byteLength);
  report({ type: "examples", rows: index.length, dtype, notes }, bytes);
}
