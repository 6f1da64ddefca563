import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readNpy, writeNpy } from "#arrays/npy.ts";
import { checkout } from "#commands/checkout.ts";
import { childEnvironment } from "#env.ts";

const COUNT = 24;
const folder = mkdtempSync(join(tmpdir(), "gauntlet-checks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function firstPoints(name: string): string {
  const read = readNpy(readFileSync(join(checkout, `challenges/fashion-mnist-linf/data/points_${name}.npy`)));
  if (!read.ok) throw new Error(read.problems[0]!.message);
  const { shape, data } = read.array;
  const bytes = Uint8Array.from(
    Array.from(data as ArrayLike<number>, Number).slice(0, (COUNT * data.length) / shape[0]!),
  );
  const file = join(folder, `${name}.npy`);
  writeFileSync(file, writeNpy({ shape: [COUNT, ...shape.slice(1)], data: bytes }));
  return file;
}
const [points, labels] = [firstPoints("x"), firstPoints("y")];

function flagsOf(model: string): string[] {
  const inputs = ["--points", points, "--labels", labels, "--epsilon", "25/255", "--grid", "255", "--json"];
  const ran = spawnSync(process.execPath, ["commands/gauntlet.ts", "run", join(checkout, model), ...inputs], {
    ...{ cwd: checkout, encoding: "utf8", env: childEnvironment({}) },
  });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout).flags.map(({ id }: { id: string }) => id);
}

const CASES: [model: string, flags: string[]][] = [
  ["evaluator/runner/known-broken/distilled.onnx", ["zero-gradients"]],
  ["evaluator/runner/known-broken/plain.onnx", []],
  ["evaluator/runner/known-broken/adversarially-trained.onnx", []],
  ["challenges/fashion-mnist-linf/baselines/adversarially-trained.onnx", []],
];

test.each(CASES)("%s raises %j, through ONNX Runtime in the sandbox", { timeout: 60_000 }, (model, flags) => {
  expect(flagsOf(model)).toEqual(flags);
});
