import { fold, foldLimit, type SmallValue } from "#onnx/fold.ts";
import {
  elementCount,
  elementTypes,
  type Graph,
  intAttribute,
  intsAttribute,
  type Node,
  type Tensor,
} from "#onnx/model.ts";
import type { Known, Shapes } from "#onnx/shape-rule.ts";
import { einsumSizes, einsumTerms, shapeRules } from "#onnx/shape-rules.ts";
import { convolved } from "#onnx/shape-rules-window.ts";
import { smallValues } from "#onnx/values.ts";

export interface Estimate {
  /** Shapes of all tensors for which one could be worked out. */
  shapes: Map<string, number[]>;
  /** Operations counted; a lower bound when `complete` is false. A multiplication with its addition counts 2. */
  flops: number;
  /** Whether every node's cost is in `flops`. */
  complete: boolean;
  /** The largest tensor that a node makes, as float32. */
  largest: { node: number; bytes: number };
}

/**
 * Follows the shapes through a checked graph, for an input of the given sizes, without running anything: what a model
 * costs, and whether a few bytes of it ask for gigabytes. Bounded by nodes x small constants. What depends on data, or
 * is not in the rules, is unknown rather than wrong.
 */
export function estimate(graph: Graph, opset: number, inputs: ReadonlyMap<string, number[]>): Estimate {
  const shapes = new Map(inputs);
  const values = new Map<string, SmallValue>();
  for (const [name, tensor] of graph.initializers) enter(name, tensor);
  const out: Estimate = { shapes, flops: 0, complete: true, largest: { node: -1, bytes: 0 } };
  for (const [index, node] of graph.nodes.entries()) {
    const constant = node.attributes.get("value");
    if (node.op === "Constant" && constant?.kind === "t") enter(node.outputs[0]!, constant.value);
    if (node.op === "Constant") continue;
    const known: Known = {
      node,
      opset,
      shapes: node.inputs.map((name) => shapes.get(name)),
      values: node.inputs.map((name) => values.get(name)),
    };
    const results = (shapeRules.get(node.op)?.(known) ?? []).map(plausible);
    const value = fold(node, known.values, known.shapes, results[0]);
    if (value && node.outputs[0]) values.set(node.outputs[0], value);
    for (const [i, name] of node.outputs.entries()) if (name && results[i]) shapes.set(name, results[i]);
    charge(out, index, known, results);
  }
  return out;

  function enter(name: string, tensor: Tensor): void {
    shapes.set(name, tensor.dims);
    const elements = smallValues(tensor, foldLimit);
    const whole = tensor.type === elementTypes.int64 || tensor.type === elementTypes.int32;
    if (elements) values.set(name, { dims: tensor.dims, values: elements, whole });
  }
}

/** Rules compute blindly on whatever the file says; only what can be a shape goes on. */
function plausible(shape: number[] | undefined): number[] | undefined {
  if (!shape || shape.length > 16) return undefined;
  return shape.every((size) => Number.isSafeInteger(size) && size >= 0) ? shape : undefined;
}

function charge(out: Estimate, index: number, known: Known, results: Shapes): void {
  const made = results.find((shape) => shape !== undefined);
  for (const shape of results) {
    const bytes = shape ? elementCount(shape) * 4 : 0;
    if (bytes > out.largest.bytes) out.largest = { node: index, bytes };
  }
  const flops = made && costOf(known, elementCount(made));
  if (flops === undefined || !Number.isFinite(flops)) out.complete = false;
  else out.flops += flops;
}

const free: ReadonlySet<string> = new Set(
  "Identity Reshape Flatten Squeeze Unsqueeze Shape Size Dropout Constant ZipMap".split(" "),
);

/** Operations of one node, `made` being the elements of its first known output. */
function costOf(known: Known, made: number): number | undefined {
  const { node, shapes } = known;
  const x = shapes[0];
  if (free.has(node.op)) return 0;
  if (node.op.includes("Conv")) return convCost(known, made);
  if (node.op === "MatMul" || node.op === "MatMulInteger") return x && 2 * made * (x.at(-1) ?? 1);
  if (node.op === "Gemm") return x && 2 * made * x[intAttribute(node, "transA", 0) ? 0 : 1]!;
  if (node.op === "Einsum") {
    const sizes = einsumSizes(einsumTerms(node)[0], shapes as number[][]);
    return 2 * elementCount([...sizes.values()]);
  }
  if (node.op.endsWith("Pool") && !node.op.startsWith("Global"))
    return made * elementCount(intsAttribute(node, "kernel_shape") ?? []);
  if (node.domain !== "") return modelCost(node, x);
  return Math.max(made, x ? elementCount(x) : 0);
}

function convCost(known: Known, made: number): number | undefined {
  const sizes = convolved(known);
  if (!sizes) return undefined;
  const { x, kernel } = sizes;
  const window = elementCount(kernel.slice(1));
  return known.node.op === "ConvTranspose" ? 2 * elementCount(x) * window : 2 * made * window;
}

/** Operators of ai.onnx.ml: two operations for each stored number and row, which bounds trees from above. */
function modelCost(node: Node, x: number[] | undefined): number | undefined {
  if (!x) return undefined;
  const rows = x.length === 1 ? 1 : x[0]!;
  let stored = elementCount(x) / Math.max(rows, 1);
  for (const name of ["coefficients", "support_vectors", "nodes_values"]) {
    const attribute = node.attributes.get(name);
    if (attribute?.kind === "F") stored += attribute.value.length;
  }
  return 2 * rows * stored;
}
