import { dependents, sizeOperands } from "#onnx/dependents.ts";
import { withoutTrailingEmpty } from "#onnx/encode.ts";
import type { GraphWriter } from "#onnx/graph-writer.ts";
import { type Model, type Node, safe } from "#onnx/model.ts";
import { type Rewrite, upgrades } from "#onnx/modernise-ops.ts";
import { tensorOf, type Values } from "#onnx/values.ts";

/**
 * Writes the nodes of a model as operators of opset 18 (or its own, if that is newer), in order, with the same values:
 * old forms by the table of modernise-ops.ts, ai.onnx.ml as it is. Computed sizes become constants, those of the trace: the graph is for one batch size anyway. `drawBound`
 * says whether any of them came from a noise, so that another draw may need another graph.
 */
export function modernise(
  model: Model,
  writer: GraphWriter,
  values: (name: string) => readonly number[] | undefined,
): { drawBound: boolean } {
  const { graph } = model;
  const opset = model.opsets.get("") ?? 18;
  const random = dependents(
    graph.nodes,
    graph.inputs.slice(1).map(({ name }) => name),
  );
  let drawBound = false;
  for (const node of graph.nodes) {
    const copy = {
      ...node,
      inputs: [...withoutTrailingEmpty(node.inputs)],
      outputs: [...withoutTrailingEmpty(node.outputs)],
      attributes: new Map(node.attributes),
    };
    for (const place of node.domain === "" ? (sizeOperands.get(node.op) ?? []) : []) {
      const name = node.inputs[place];
      const size = name ? values(name) : undefined;
      if (!name || !size || graph.initializers.has(name)) continue;
      drawBound ||= random.has(name);
      copy.inputs[place] = frozen(writer, name, size);
    }
    (rewriteOf(copy, opset) ?? ((same: Node) => writer.push(same)))(copy, writer, values);
  }
  return { drawBound };
}

function rewriteOf(node: Node, opset: number): Rewrite | undefined {
  if (node.domain !== "") return undefined;
  return upgrades.find(({ op, below }) => op === node.op && opset < below)?.rewrite;
}

function frozen(writer: GraphWriter, name: string, size: readonly number[]): string {
  const { dims, type } = writer.known.get(name)!;
  const make = elements.get(type);
  return make ? writer.constant(tensorOf(type, [...dims], make(size))) : name;
}

const elements = new Map<number, (values: readonly number[]) => Values>([
  [1, (values) => Float32Array.from(values)],
  [6, (values) => Int32Array.from(values)],
  [7, (values) => BigInt64Array.from(values, (value) => BigInt(safe(BigInt(Math.trunc(value)))))],
  [11, (values) => Float64Array.from(values)],
]);
