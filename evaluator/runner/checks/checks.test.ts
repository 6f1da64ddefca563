import { expect, test } from "vitest";
import { CHECKS_OF, type Checked, type CheckId, Flag, isRaised } from "#contest/flags.ts";
import type { Patient } from "#evaluator/runner/checks/check.ts";
import { CHECKS, runChecks } from "#evaluator/runner/checks/run.ts";
import { landscape } from "#evaluator/runner/checks/testing/fakes.ts";
import { nearestStored } from "#evaluator/runner/checks/testing/memory.ts";
import { modelFile, patientWith, pointsOf } from "#evaluator/runner/checks/testing/patients.ts";
import { floats, ints, node } from "#golden/graph.ts";
import { decode } from "#onnx/decode.ts";
import { encode } from "#onnx/encode.ts";
import type { Node, Tensor } from "#onnx/model.ts";

const points = pointsOf("fashion-mnist-linf", 120);
const file = (name: string) => modelFile(`evaluator/runner/known-broken/${name}.onnx`);
const broken = (name: string) => () => patientWith(file(name), points);

/** The undefended network with something after its scores, which are called "inner". */
function plainWith(after: Node[], weights: Record<string, Tensor> = {}) {
  const decoded = decode(file("plain"));
  if (!decoded.ok) throw new Error(decoded.problems[0]!.code);
  const { graph, ...model } = decoded.model;
  const [input, output] = [graph.inputs[0]!.name, graph.outputs[0]!.name];
  const renamed = (names: string[], from: string, to: string) => names.map((name) => (name === from ? to : name));
  const nodes = [
    ...graph.nodes.map((each) => ({ ...each, outputs: renamed(each.outputs, output, "inner") })),
    ...after.map((each) => ({
      ...each,
      inputs: renamed(each.inputs, "x", input),
      outputs: renamed(each.outputs, "y", output),
    })),
  ];
  const initializers = new Map([...graph.initializers, ...Object.entries(weights)]);
  return () => patientWith(encode({ ...model, graph: { ...graph, nodes, initializers } }), points);
}

/** Looks for values between the grid's steps, and answers with the first class where there are some. */
const detector = plainWith(
  [
    node("Mul", "x full", "steps"),
    node("Round", "steps", "whole"),
    node("Sub", "steps whole", "beside"),
    node("Abs", "beside", "far"),
    node("ReduceMax", "far axes", "farthest", { keepdims: 0 }),
    node("Greater", "farthest least", "off"),
    node("Cast", "off", "off_float", { to: 1 }),
    node("Reshape", "off_float column", "off_column"),
    node("Mul", "off_column first", "instead"),
    node("Add", "inner instead", "y"),
  ],
  {
    axes: ints([1, 2, 3]),
    full: floats([], 255),
    least: floats([], 0.01),
    first: floats([1, 10], [1000, ...Array(9).fill(0)]),
    column: ints([-1, 1]),
  },
);

const rising = (t: number) => t;
const SICK: Record<CheckId, () => Patient | Promise<Patient>> = {
  "epsilon-off-the-grid": () => patientWith(file("plain"), points, { epsilon: 0.3 }),
  randomised: broken("noise"),
  "softmax-output": plainWith([node("Softmax", "inner", "y", { axis: 1 })]),
  nondeterministic: () => {
    let calls = 0;
    return landscape({ margin: () => -1, slope: () => 1, drift: () => calls++ % 2 });
  },
  stateful: () => {
    let seen = 0;
    return landscape({
      ...{ margin: () => -1, slope: () => 1 },
      drift(inputs) {
        const before = seen;
        if (inputs.some((value) => value !== 0.5)) seen = 1;
        return before;
      },
    });
  },
  "batch-dependent": () => landscape({ margin: () => -1, slope: () => 1, drift: (_, rows) => rows }),
  "answers-off-the-grid": detector,
  "nearest-point": () => patientWith(nearestStored(points), points),
  "zero-gradients": broken("bit-depth"),
  "cross-entropy-underflow": broken("scaled"),
  "finite-differences": broken("winners-take-all"),
  // Fooled on the way, not at its end.
  "silent-success": () => landscape({ margin: (t) => (t > 0.02 && t < 0.05 ? 1 : -1), slope: () => 1 }),
  // Only the first step leads to the corner where it is fooled.
  "steps-not-monotone": () =>
    landscape({ margin: (t) => (t > 0.0999 ? 1 : -1), loss: (t) => -t, slope: (t) => (t === 0 ? 1 : -1) }),
  // Fooled at the rim of the ball, and not where the gradient leads beyond.
  "epsilon-not-monotone": () =>
    landscape({ margin: (t) => (t > 0.099 && t < 0.101 ? 1 : -1), loss: rising, slope: () => 1 }),
  "unbounded-attack-fails": () => landscape({ margin: () => -1, slope: () => 0 }),
  // Nobody has attacked it before.
  "iterations-still-gain": broken("plain"),
  "binarisation-test": () => ({
    ...landscape({ margin: () => -1, slope: () => 1 }),
    binarised: async () => flatFeatures,
  }),
};

/** Features that tell inputs apart, and gradients that are not theirs. */
const flatFeatures = {
  length: 16,
  features: async (inputs: Float32Array[]) => inputs.map(spread),
  oracles: (weights: Float32Array, bias: number) => {
    const scores = (x: Float32Array, rows: number) =>
      Float32Array.from({ length: rows * 2 }, (_, i) => {
        const features = spread(x.subarray((i >> 1) * 4, ((i >> 1) + 1) * 4));
        const score = features.reduce((sum, value, k) => sum + value * weights[k]!, bias);
        return i % 2 === 0 ? -score : score;
      });
    return [
      {
        batch: 4,
        scores: async (x: Float32Array, rows: number) => scores(x, rows),
        verdicts: async (x: Float32Array, rows: number) => scores(x, rows),
        gradients: async (x: Float32Array, rows: number) => {
          return { logits: scores(x, rows), loss: new Float32Array(rows), gradient: new Float32Array(rows * 4) };
        },
      },
    ];
  },
};

/** Four values on sixteen waves. */
const spread = (x: Float32Array) => Float32Array.from({ length: 16 }, (_, k) => Math.sin(x[k % 4]! * 40 * (k + 1) + k));

const every = Object.keys(CHECKS) as CheckId[];

test.each(every)("%s raises its flag on a model made for it", { timeout: 60_000 }, async (id) => {
  const evidence = await CHECKS[id](await SICK[id]());
  const flag = Flag.parse({ id, evidence });
  expect(isRaised(flag), JSON.stringify(evidence)).toBe(true);
});

const HONEST = every.filter((id) => id !== "iterations-still-gain");

test.each(HONEST)("%s raises none on networks without a trick", { timeout: 60_000 }, async (id) => {
  for (const name of ["plain", "adversarially-trained"]) {
    const evidence = await CHECKS[id](await broken(name)());
    expect(evidence && isRaised({ id, evidence }), `${name}: ${JSON.stringify(evidence)}`).toBeFalsy();
  }
});

test("a check that throws is told as one that failed, and those after it are run", async () => {
  const told: Checked[] = [];
  const checks = { ...CHECKS, "zero-gradients": () => Promise.reject(new Error("no session")) };
  await runChecks(landscape({ margin: () => -1, slope: () => 1 }), "quick", (checked) => told.push(checked), checks);
  expect(told.map(({ check }) => check)).toEqual(CHECKS_OF.quick);
  expect(told.filter(({ found }) => found === "failed").map(({ check }) => check)).toEqual(["zero-gradients"]);
});
