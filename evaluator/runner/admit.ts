import fs from "node:fs";
import { env as ort } from "onnxruntime-node";
import type { AdmitJob } from "#contest/job.ts";
import type { Problem } from "#contest/problem.ts";
import { report, reportProblems } from "#evaluator/runner/channel.ts";
import { openZip } from "#evaluator/runner/model-files.ts";
import { load, runnerOf } from "#evaluator/runner/session.ts";
import { check } from "#onnx/check.ts";
import { encode } from "#onnx/encode.ts";
import { normalised } from "#onnx/normalised.ts";

/** Takes an upload through the static gate, then loads and runs it once; sends the canonical model or what is wrong. */
export async function admit(job: AdmitJob): Promise<void> {
  const side = job.side ? fs.readFileSync("/in/side") : undefined;
  const files = openZip(fs.readFileSync("/in/upload"), side, job.maxBytes);
  if (!files.ok) return reportProblems(files.problems);
  const checked = check(files.model, {
    shape: job.shape,
    classes: job.classes,
    limits: { bytes: job.maxBytes, flops: job.maxFlops },
    ...(files.side && { sideFile: files.side }),
  });
  if (!checked.ok) return reportProblems(checked.problems);
  const { facts } = checked;
  const bytes = encode(job.normalise ? normalised(checked.model, facts.layout, job.normalise) : checked.model);
  // From here on native code sees the model: what goes wrong now has run, and spends an attempt.
  report({ type: "ready", ort: ort.versions.node ?? "", provider: "cpu" });
  const session = await load(bytes).catch((error: unknown) => String(error));
  if (typeof session === "string") return reportProblems([unloadable(session)]);
  const size = job.shape.reduce((a, b) => a * b, 1);
  const { fault } = await runnerOf(session, facts, job, 1).run(new Float32Array(size), 1);
  if (fault) return reportProblems([unrunnable(fault.code, fault.message)]);
  report({ type: "model", facts }, bytes);
}

function unloadable(error: string): Problem {
  return {
    code: "model-does-not-load",
    message: "ONNX Runtime does not load the model.",
    found: error.slice(0, 300),
    fix: "Load the exported file with onnxruntime 1.30 and onnx.checker before you submit it.",
  };
}

const UNRUNNABLE: Record<string, string> = {
  "output-shape": "wrong-output-shape",
  "out-of-memory": "model-out-of-memory",
};

function unrunnable(code: string, message: string): Problem {
  return {
    code: UNRUNNABLE[code] ?? "model-does-not-run",
    message: "The model does not answer a single input with one score per class.",
    found: message.slice(0, 300),
    fix: "Run the exported file with onnxruntime on a batch of one input of the challenge.",
  };
}
