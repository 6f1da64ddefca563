import { withoutTrailingEmpty } from "#onnx/encode.ts";
import {
  elementTypes,
  floatAttribute,
  type Graph,
  intAttribute,
  intsAttribute,
  type Model,
  type Node,
  type Tensor,
} from "#onnx/model.ts";
import { randomOps } from "#onnx/ops.ts";
import { attempt, type Outcome, refuse } from "#onnx/refuse.ts";
import { smallValues, tensorOf } from "#onnx/values.ts";

export type Distribution =
  | { kind: "normal"; mean: number; scale: number }
  | { kind: "uniform"; low: number; high: number };

/** One input of the rewritten graph that wants random float32 numbers. */
export interface Noise {
  name: string;
  distribution: Distribution;
  /** The tensor whose shape it has (expose it and run once to learn it), or its sizes. */
  shape: { from: string } | { dims: number[] };
}

/** Whether the node draws random numbers: a random operator, or Dropout in training mode. */
export function isRandom(node: Node, graph: Graph): boolean {
  if (node.domain !== "") return false;
  return randomOps.has(node.op) || (node.op === "Dropout" && trainingMode(node, graph) === true);
}

/** undefined: it cannot be told before running. */
function trainingMode(node: Node, graph: Graph): boolean | undefined {
  const name = node.inputs[2];
  if (!name) return false;
  return graph.initializers.get(name)?.data.some((byte) => byte !== 0);
}

/**
 * Takes the randomness out of a canonical model: every random operator becomes an input "noise_0", "noise_1", ... that
 * whoever runs the model feeds, so that a draw can be repeated. Bernoulli becomes noise < p, Dropout in training mode
 * keeps where noise >= ratio. The shape of a noise depends on the input and on noises before it only. A model without randomness comes back as it is, with no noises.
 */
export function seedRandomness(model: Model): Outcome<{ model: Model; noises: Noise[] }> {
  return attempt(() => {
    const { graph } = model;
    for (const node of graph.nodes)
      if (node.domain === "" && node.op === "Dropout" && trainingMode(node, graph) === undefined)
        refuse("dropout-mode", "A Dropout decides about its training mode only while the model runs.", {
          where: node.outputs[0] ?? "",
        });
    if (!graph.nodes.some((node) => isRandom(node, graph))) return { model, noises: [] };
    return rewritten(model);
  });
}

interface Rewriting {
  graph: Graph;
  noises: Noise[];
  nodes: Node[];
  initializers: Map<string, Tensor>;
}

function rewritten(model: Model): { model: Model; noises: Noise[] } {
  const { graph } = model;
  const state: Rewriting = { graph, noises: [], nodes: [], initializers: new Map(graph.initializers) };
  for (const node of graph.nodes) {
    if (!isRandom(node, graph)) state.nodes.push(node);
    else if (node.op === "Dropout") rewriteDropout(state, node);
    else if (node.op === "Bernoulli") rewriteBernoulli(state, node);
    else rewriteDraw(state, node);
  }
  const noiseInputs = state.noises.map(({ name, shape }) => ({
    name,
    kind: "tensor",
    type: elementTypes.float32,
    dims: "dims" in shape ? shape.dims : null,
  }));
  const inputs = [...graph.inputs, ...noiseInputs];
  const { nodes, initializers, noises } = state;
  return { model: { ...model, graph: { ...graph, nodes, initializers, inputs } }, noises };
}

function addNoise(state: Rewriting, distribution: Distribution, shape: Noise["shape"]): string {
  const name = `noise_${state.noises.length}`;
  state.noises.push({ name, distribution, shape });
  return name;
}

/** A weight's shape is known; another tensor's is learnt by running. */
function shapeOf(state: Rewriting, name: string): Noise["shape"] {
  const weight = state.graph.initializers.get(name);
  return weight ? { dims: weight.dims } : { from: name };
}

/** RandomNormal, RandomUniform and their Like forms. */
function rewriteDraw(state: Rewriting, node: Node): void {
  const distribution: Distribution = node.op.startsWith("RandomNormal")
    ? { kind: "normal", mean: floatAttribute(node, "mean", 0), scale: floatAttribute(node, "scale", 1) }
    : { kind: "uniform", low: floatAttribute(node, "low", 0), high: floatAttribute(node, "high", 1) };
  const like = node.op.endsWith("Like");
  const shape = like ? shapeOf(state, node.inputs[0]!) : { dims: intsAttribute(node, "shape") ?? [] };
  const noise = addNoise(state, distribution, shape);
  // A Like form without a type takes its operand's, which in a float32 model is float32.
  const inherited = like ? (state.graph.inputs[0]?.type ?? 0) : elementTypes.float32;
  state.nodes.push(castNode(noise, node.outputs[0]!, intAttribute(node, "dtype", 0) || inherited));
}

/** Bernoulli(p) is 1 with probability p: uniform noise below p. */
function rewriteBernoulli(state: Rewriting, node: Node): void {
  const [p, y] = [node.inputs[0]!, node.outputs[0]!];
  const noise = addNoise(state, { kind: "uniform", low: 0, high: 1 }, shapeOf(state, p));
  const type = intAttribute(node, "dtype", 0) || (state.graph.inputs[0]?.type ?? elementTypes.float32);
  state.nodes.push(
    castNode(p, `${y}_p`, elementTypes.float32),
    plainNode("Less", [noise, `${y}_p`], `${y}_hit`),
    castNode(`${y}_hit`, y, type),
  );
}

/** Dropout in training mode keeps an element with probability 1 - ratio and divides it by that. */
function rewriteDropout(state: Rewriting, node: Node): void {
  const [x, ratioName] = [node.inputs[0]!, node.inputs[1]];
  const [y, mask = `${y}_mask`] = withoutTrailingEmpty(node.outputs) as [string, string?];
  const ratioTensor = ratioName ? state.graph.initializers.get(ratioName) : undefined;
  const ratio = ratioName ? ratioTensor && smallValues(ratioTensor, 1)?.[0] : 0.5;
  if (ratio === undefined || !(ratio >= 0 && ratio < 1))
    refuse("dropout-mode", "A Dropout in training mode has no constant ratio in [0, 1).", { where: y });
  const noise = addNoise(state, { kind: "uniform", low: 0, high: 1 }, shapeOf(state, x));
  const type = state.graph.inputs[0]?.type ?? elementTypes.float32;
  state.initializers.set(`${y}_ratio`, tensorOf(elementTypes.float32, [], Float32Array.of(ratio)));
  state.initializers.set(`${y}_keep`, tensorOf(elementTypes.float32, [], Float32Array.of(1 / (1 - ratio))));
  state.nodes.push(
    plainNode("Less", [noise, `${y}_ratio`], `${y}_drop`),
    plainNode("Not", [`${y}_drop`], mask),
    castNode(mask, `${y}_ones`, elementTypes.float32),
    plainNode("Mul", [`${y}_ones`, `${y}_keep`], `${y}_wide`),
    castNode(`${y}_wide`, `${y}_factor`, type),
    plainNode("Mul", [x, `${y}_factor`], y),
  );
}

function plainNode(op: string, inputs: string[], output: string): Node {
  return { name: "", domain: "", op, inputs, outputs: [output], attributes: new Map() };
}

function castNode(from: string, to: string, type: number): Node {
  const node = plainNode("Cast", [from], to);
  node.attributes.set("to", { kind: "i", value: BigInt(type) });
  return node;
}

/**
 * The model with further tensors as outputs, in the order given and after its own, their types left to the runtime;
 * names that it already puts out are not repeated.
 */
export function exposeOutputs(model: Model, names: Iterable<string>): Model {
  const own = new Set(model.graph.outputs.map(({ name }) => name));
  const added = [...new Set(names)].filter((name) => !own.has(name));
  const outputs = [...model.graph.outputs, ...added.map((name) => ({ name, kind: "undeclared", type: 0, dims: null }))];
  return { ...model, graph: { ...model.graph, outputs } };
}
