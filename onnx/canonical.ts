import type { Interface } from "#onnx/check-interface.ts";
import { withoutTrailingEmpty } from "#onnx/encode.ts";
import { elementTypes, type Graph, type Model, type Node, type Tensor, type ValueInfo } from "#onnx/model.ts";
import { mlDomain } from "#onnx/ops.ts";
import { tensorOf } from "#onnx/values.ts";

export const inputName = "input";
export const outputName = "output";

/**
 * The same function of the input with everything removed that does not matter to it, so that equal networks become
 * equal bytes: only nodes that lead to the output, constants as weights, weights in the order of their use, tensors
 * named by their order, no node names, one input [N or fixed batch, ...example] and one output. Expects a checked
 * model. Weights share their data with `model`.
 */
export function canonicalize(model: Model, { input, output }: Interface): Model {
  const weights = new Map(model.graph.initializers);
  const computed: Node[] = [];
  for (const node of model.graph.nodes) {
    const constant = constantOf(node);
    if (constant) weights.set(node.outputs[0]!, constant);
    else computed.push(node);
  }
  const nodes = needed(computed, output.name);
  const graph = renamed(nodes, weights, input, output);
  const opsets = new Map([["", model.opsets.get("") ?? 13]]);
  if (nodes.some((node) => node.domain === mlDomain)) opsets.set(mlDomain, model.opsets.get(mlDomain)!);
  // From IR 4 on, weights need not be listed as inputs; the meaning of older files is unchanged by calling them 4.
  return { irVersion: Math.max(4, model.irVersion), opsets, graph, unread: new Set() };
}

/** The tensor that a Constant node stands for. */
function constantOf(node: Node): Tensor | undefined {
  if (node.op !== "Constant" || node.domain !== "") return undefined;
  for (const [name, { kind, value }] of node.attributes) {
    if (kind === "t") return value;
    if (kind === "i" && name === "value_int") return tensorOf(elementTypes.int64, [], BigInt64Array.of(value));
    if (kind === "f" && name === "value_float") return tensorOf(elementTypes.float32, [], Float32Array.of(value));
    if (kind === "I") return tensorOf(elementTypes.int64, [value.length], value);
    if (kind === "F") return tensorOf(elementTypes.float32, [value.length], value);
  }
  return undefined;
}

function needed(nodes: readonly Node[], output: string): Node[] {
  const wanted = new Set([output]);
  const kept: Node[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => wanted.has(name))) continue;
    kept.push(node);
    for (const name of node.inputs) wanted.add(name);
  }
  return kept.reverse();
}

function renamed(
  nodes: Node[],
  weights: ReadonlyMap<string, Tensor>,
  input: Interface["input"],
  output: Interface["output"],
): Graph {
  const names = new Map([
    ["", ""],
    [input.name, inputName],
    [output.name, outputName],
  ]);
  const initializers = new Map<string, Tensor>();
  let made = 0;
  const use = (name: string): string => {
    const known = names.get(name);
    if (known !== undefined && (!weights.has(name) || initializers.has(known))) return known;
    const weight = weights.get(name);
    const fresh = known ?? (weight ? `w${initializers.size}` : `t${made++}`);
    if (weight) initializers.set(fresh, weight);
    names.set(name, fresh);
    return fresh;
  };
  const out = nodes.map((node) => ({
    name: "",
    domain: node.domain,
    op: node.op,
    inputs: withoutTrailingEmpty(node.inputs).map(use),
    outputs: withoutTrailingEmpty(node.outputs).map(use),
    attributes: node.attributes,
  }));
  use(output.name); // a weight may be the output itself
  return {
    nodes: out,
    initializers,
    inputs: [tensorInfo(inputName, input.type, [input.batch === "dynamic" ? "N" : input.batch, ...input.example])],
    outputs: [tensorInfo(outputName, output.type, null)],
  };
}

function tensorInfo(name: string, type: number, dims: ValueInfo["dims"]): ValueInfo {
  return { name, kind: "tensor", type, dims };
}
