import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mnistFolder } from "#commands/bench/apparatus/mnist.ts";
import { check } from "#onnx/check.ts";
import { encode } from "#onnx/encode.ts";

/** Writes the undefended MNIST network to `file` as admission leaves it: the runner opens nothing else. */
export function writeAdmittedModel(file: string): void {
  const upload = readFileSync(join(mnistFolder, "baselines/undefended.onnx"));
  const checked = check(upload, { shape: [1, 28, 28], classes: 10 });
  if (!checked.ok) throw new Error(checked.problems[0]!.message);
  writeFileSync(file, encode(checked.model));
}
