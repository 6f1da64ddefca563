import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readNpy, writeNpy } from "#arrays/npy.ts";
import { readNpz } from "#arrays/npz.ts";
import { checkout } from "#commands/checkout.ts";
import { EXIT } from "#commands/gauntlet/exit.ts";
import { childEnvironment } from "#env.ts";

const folder = mkdtempSync(join(tmpdir(), "gauntlet-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const data = (name: string) => join(checkout, "challenges/mnist-linf", name);
const SIZE = 28 * 28;
const COUNT = 60;

/** The first points of mnist-linf, as files. */
function files() {
  const read = (name: string) => {
    const result = readNpy(readFileSync(data(`data/${name}.npy`)));
    if (!result.ok) throw new Error(result.problems[0]!.message);
    return Array.from(result.array.data as ArrayLike<number>, Number);
  };
  const x = Uint8Array.from(read("points_x").slice(0, COUNT * SIZE), (value) => (value <= 1 ? value * 255 : value));
  const points = join(folder, "x.npy");
  const labels = join(folder, "y.npy");
  writeFileSync(points, writeNpy({ shape: [COUNT, 1, 28, 28], data: x }));
  writeFileSync(
    labels,
    writeNpy({ shape: [COUNT], data: BigInt64Array.from(read("points_y").slice(0, COUNT), BigInt) }),
  );
  return { x, points, labels };
}
const { x, points, labels } = files();

function run(args: string[], variables: Record<string, string> = {}) {
  const command = ["commands/gauntlet.ts", "run", ...args];
  const ran = spawnSync(process.execPath, command, {
    cwd: checkout,
    encoding: "utf8",
    env: childEnvironment(variables),
  });
  return { status: ran.status, out: ran.stdout, error: ran.stderr };
}
const given = (model: string) => [
  model,
  "--points",
  points,
  "--labels",
  labels,
  "--epsilon",
  "76/255",
  "--grid",
  "255",
];
const undefended = data("baselines/undefended.onnx");

test("the suite breaks an undefended network, says so in one JSON object, and keeps admissible examples", {
  timeout: 120_000,
}, () => {
  const out = join(folder, "adv.npz");
  const { status, out: text } = run([...given(undefended), "--json", "--out", out]);
  expect(status).toBe(0);
  const report = JSON.parse(text);
  expect(report).toMatchObject({ n: COUNT, bpda: [] });
  expect(report.cleanAccuracy).toBeGreaterThan(0.9);
  expect(report.robustAccuracy).toBeLessThan(0.1);
  expect(report.attacks.map(({ name }: { name: string }) => name)).toContain("APGD-CE");
  const read = readNpz(readFileSync(out), ["x_adv", "index"]);
  if (!read.ok) throw new Error("the examples cannot be read");
  const adv = read.arrays.get("x_adv")!.data as Float32Array;
  const index = Array.from(read.arrays.get("index")!.data as BigInt64Array, Number);
  expect(index.length).toBe(Math.round(report.n * (report.cleanAccuracy - report.robustAccuracy)));
  for (const [row, point] of index.entries())
    for (let i = 0; i < SIZE; i++) {
      const steps = adv[row * SIZE + i]! * 255;
      expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-4);
      expect(Math.abs(Math.round(steps) - x[point * SIZE + i]!)).toBeLessThanOrEqual(76);
    }
});

test("one process or two, the same seed finds the same examples, and another seed others", { timeout: 240_000 }, () => {
  const model = data("baselines/adversarially-trained.onnx");
  const found = (slots: string, seed: string) => {
    const out = join(folder, `adv-${slots}-${seed}.npz`);
    expect(run([...given(model), "--seed", seed, "--out", out], { EVALUATOR_SLOTS: slots }).status).toBe(0);
    return readFileSync(out);
  };
  const one = found("1", "7");
  expect(found("2", "7").equals(one)).toBe(true);
  expect(found("2", "8").equals(one)).toBe(false);
});

test.each([
  ["a model that is not there", [...given("nowhere.onnx")], "there is no such file"],
  ["a file that is no model", [...given(labels)], "model-"],
  [
    "labels of another length",
    [undefended, "--points", points, "--labels", points, "--epsilon", "0.1"],
    "expected 60 labels",
  ],
  ["a radius of words", [undefended, "--points", points, "--labels", labels, "--epsilon", "wide"], "expected a radius"],
])("%s is refused in a line that says why", (_, args, words) => {
  const { status, error } = run(args);
  expect(status).not.toBe(0);
  expect(error).toContain(words);
  expect(error).not.toContain("    at ");
});

test("with --json a refused model is an object with the reason's code, and the status says that it was refused", () => {
  const { status, out } = run([...given(labels), "--json"]);
  expect(status).toBe(EXIT.rejected);
  expect(JSON.parse(out).error.code).toBe("model-not-onnx");
});
