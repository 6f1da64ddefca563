import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readNpy, writeNpy } from "#arrays/npy.ts";
import { checkout } from "#commands/checkout.ts";
import { childEnvironment } from "#env.ts";

/**
 * Tricks of published defenses on one Fashion-MNIST network (train.py), at L-infinity 25/255: most hide its gradient, and
 * none helps against the quick tier. Votes and k-winners-take-all keep the most: their surrogates are the roughest.
 */
const KEPT: [model: string, atMost: number][] = [
  ["plain", 0.03],
  ["bit-depth", 0.03],
  ["thermometer", 0.03],
  ["scaled", 0.03],
  ["median", 0.05],
  ["distilled", 0.06],
  ["jpeg", 0.07],
  ["neighbours", 0.07],
  ["noise", 0.08],
  ["vote", 0.13],
  ["winners-take-all", 0.16],
];
const COUNT = 200;

const folder = mkdtempSync(join(tmpdir(), "gauntlet-known-broken-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The first points of the challenge, as files of their own. */
function firstPoints(name: string): string {
  const read = readNpy(readFileSync(join(checkout, `challenges/fashion-mnist-linf/data/points_${name}.npy`)));
  if (!read.ok) throw new Error(read.problems[0]!.message);
  const { shape, data } = read.array;
  const size = data.length / shape[0]!;
  const file = join(folder, `${name}.npy`);
  const bytes = Uint8Array.from(Array.from(data as ArrayLike<number>, Number).slice(0, COUNT * size));
  writeFileSync(file, writeNpy({ shape: [COUNT, ...shape.slice(1)], data: bytes }));
  return file;
}
const [points, labels] = [firstPoints("x"), firstPoints("y")];

function attacked(model: string): { cleanAccuracy: number; robustAccuracy: number } {
  const inputs = ["--points", points, "--labels", labels, "--epsilon", "25/255", "--grid", "255", "--json"];
  const ran = spawnSync(
    process.execPath,
    ["commands/gauntlet.ts", "run", join(import.meta.dirname, `${model}.onnx`), ...inputs],
    { cwd: checkout, encoding: "utf8", env: childEnvironment({}) },
  );
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout);
}

const timeout = 180_000;

test.each(KEPT)("%s keeps at most %f of its points", { timeout }, (model, atMost) => {
  const { cleanAccuracy, robustAccuracy } = attacked(model);
  expect(cleanAccuracy).toBeGreaterThan(0.8);
  expect(robustAccuracy).toBeLessThanOrEqual(atMost);
});

test("an adversarially trained network keeps what is its own", { timeout }, () => {
  expect(attacked("adversarially-trained").robustAccuracy).toBeGreaterThan(0.6);
});
