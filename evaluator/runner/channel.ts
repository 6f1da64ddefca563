import fs from "node:fs";
import type { Problem } from "#contest/problem.ts";
import { encodeFrame, type Report } from "#contest/report.ts";

const RESULTS = 3;

/** Writes one message of the report. console.log would print nothing here: libuv needs a system call that is denied. */
export function report(message: Report, bytes?: Uint8Array): void {
  for (const part of encodeFrame(message, bytes)) {
    let at = 0;
    while (at < part.length) at += fs.writeSync(RESULTS, part, at);
  }
}

/** Ends the job with what is wrong with the participant's file; at most the first 50 problems are reported. */
export function reportProblems(problems: Problem[]): void {
  report({ type: "problems", problems: problems.slice(0, 50) });
}

const QUIET_MS = 100;
let lastAt = 0;

/** Reports progress, at most ten times a second. */
export function progress(done: number, total: number): void {
  const now = Date.now();
  if (now - lastAt < QUIET_MS && done < total) return;
  lastAt = now;
  report({ type: "progress", done, total });
}
