import { type Problem, Refusal } from "#contest/problem.ts";
import { canonicalize, inputName, outputName } from "#onnx/canonical.ts";
import { checkGraph, checkVersions, nodePlace } from "#onnx/check-graph.ts";
import { findInput, findOutput, type Interface, type Layout } from "#onnx/check-interface.ts";
import { type Estimate, estimate } from "#onnx/cost.ts";
import { decode } from "#onnx/decode.ts";
import { mergeExternal } from "#onnx/external.ts";
import { defaultLimits, type Limits } from "#onnx/limits.ts";
import { elementCount, elementName, elementTypes, type Model, type Node } from "#onnx/model.ts";
import { mlDomain } from "#onnx/ops.ts";
import { isRandom, seedRandomness } from "#onnx/randomness.ts";
import { type Outcome, problem, refuse } from "#onnx/refuse.ts";

/** What a challenge expects of a model. */
export interface Expected {
  /** Of one example, without the batch: [1, 28, 28]. */
  shape: number[];
  classes: number;
  limits?: Partial<Limits>;
  /** The .onnx.data file that came with the model. */
  sideFile?: Uint8Array;
}

export interface ModelFacts {
  irVersion: number;
  opsets: Record<string, number>;
  /** Operator -> number of nodes, as far as they lead to the scores. */
  ops: Record<string, number>;
  nodes: number;
  /** Learned numbers: elements of floating-point weights, and of the lists that ai.onnx.ml models are made of. */
  parameters: number;
  /** Names in the canonical model. */
  inputName: string;
  outputName: string;
  /** Sizes of the canonical input; null is the batch, where it is open. */
  inputDims: (number | null)[];
  inputType: string;
  outputType: string;
  layout: Layout;
  batch: "dynamic" | number;
  /** Nodes that draw random numbers. */
  randomOps: number;
  /** Whether it is, at least in part, no neural network (ai.onnx.ml). */
  mlOps: boolean;
  /** Operations for one example; null where they cannot be told without running. */
  flopsPerExample: number | null;
  /** Of the upload: model and side file. */
  bytes: number;
}

/**
 * The static gate: what a model must pass before any native code sees it. On success `model` is the canonical model
 * (canonical.ts), to be encoded and given to the runtime in place of the upload. Never throws: whatever is wrong with
 * the bytes is an array of problems, the most telling first.
 */
export function check(bytes: Uint8Array, expected: Expected): Outcome<{ model: Model; facts: ModelFacts }> {
  try {
    return checked(bytes, expected);
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problems: error.problems };
    // A bug of ours: the model is refused all the same, since nothing unchecked may reach the runtime.
    return failed(problem("model-unreadable", `The model could not be checked: ${String(error)}`));
  }
}

function checked(bytes: Uint8Array, expected: Expected): Outcome<{ model: Model; facts: ModelFacts }> {
  const limits = { ...defaultLimits, ...expected.limits };
  const decoded = decode(bytes, limits);
  if (!decoded.ok) return decoded;
  const versions = checkVersions(decoded.model);
  if (versions.length > 0) return { ok: false, problems: versions };
  const merged = mergeExternal(decoded.model, expected.sideFile, limits);
  if (!merged.ok) return merged;
  const problems = checkGraph(merged.model);
  if (problems.length > 0) return { ok: false, problems };
  const given = merged.model;
  const input = findInput(given.graph, expected.shape, limits.batch);
  const { shapes } = estimateOf(given, input.name, input);
  const made = new Set(given.graph.nodes.flatMap((node) => node.outputs));
  const ends: Interface = { input, output: findOutput(given, shapes, expected.classes, made) };
  const model = canonicalize(given, ends);
  const cost = costOf(model, input, limits);
  const seeded = seedRandomness(model);
  if (!seeded.ok) return seeded;
  const size = bytes.length + (expected.sideFile?.length ?? 0);
  return { ok: true, model, facts: factsOf(given, model, ends, cost, size) };
}

function failed(...problems: Problem[]): { ok: false; problems: Problem[] } {
  return { ok: false, problems };
}

function estimateOf({ graph, opsets }: Model, name: string, { batch, example }: Interface["input"]): Estimate {
  const dims = [batch === "dynamic" ? 1 : batch, ...example];
  return estimate(graph, opsets.get("") ?? 13, new Map([[name, dims]]));
}

/** Refuses what asks for too much, as far as the shapes can be followed; the sandbox's limits hold for the rest. */
function costOf(model: Model, input: Interface["input"], limits: Limits): Estimate {
  const batch = input.batch === "dynamic" ? 1 : input.batch;
  const cost = estimateOf(model, inputName, input);
  const { node, bytes } = cost.largest;
  if (bytes > limits.activationBytes * batch)
    refuse("activation-too-large", "One tensor inside the model is larger than this site evaluates.", {
      where: nodePlace(model.graph.nodes[node]!, node),
      expected: `at most ${limits.activationBytes} bytes an example`,
      found: `${bytes / batch} bytes`,
    });
  if (cost.flops > limits.flops * batch)
    refuse("cost-too-high", "The model needs more computation for one example than this challenge allows.", {
      expected: `at most ${limits.flops / 1e9} GFLOP`,
      found: `${(cost.flops / batch / 1e9).toPrecision(3)} GFLOP`,
    });
  return cost;
}

function factsOf(given: Model, model: Model, { input, output }: Interface, cost: Estimate, bytes: number): ModelFacts {
  const { nodes } = model.graph;
  const ops: Record<string, number> = {};
  for (const node of nodes) ops[node.op] = (ops[node.op] ?? 0) + 1;
  const batch = input.batch === "dynamic" ? 1 : input.batch;
  return {
    irVersion: given.irVersion,
    opsets: Object.fromEntries([...model.opsets].map(([domain, version]) => [domain || "ai.onnx", version])),
    ops,
    nodes: nodes.length,
    parameters: parametersOf(model),
    inputName,
    outputName,
    inputDims: [input.batch === "dynamic" ? null : input.batch, ...input.example],
    inputType: elementName(input.type),
    outputType: elementName(output.type),
    layout: input.layout,
    batch: input.batch,
    randomOps: nodes.filter((node) => isRandom(node, model.graph)).length,
    mlOps: nodes.some((node) => node.domain === mlDomain),
    flopsPerExample: cost.complete ? Math.round(cost.flops / batch) : null,
    bytes,
  };
}

function parametersOf({ graph }: Model): number {
  const { float16, float32, float64, bfloat16 } = elementTypes;
  const learned: readonly number[] = [float16, float32, float64, bfloat16];
  let count = 0;
  for (const { type, dims } of graph.initializers.values()) if (learned.includes(type)) count += elementCount(dims);
  for (const node of graph.nodes) if (node.domain === mlDomain) count += listedNumbers(node);
  return count;
}

function listedNumbers(node: Node): number {
  let count = 0;
  for (const { kind, value } of node.attributes.values()) if (kind === "F") count += value.length;
  return count;
}
