import { inputName } from "#onnx/canonical.ts";
import { elementTypes, type Model, type Node } from "#onnx/model.ts";
import { tensorOf } from "#onnx/values.ts";

/**
 * A canonical model with (input - mean) / std in front of it, one number each for all values or one a channel. `layout`
 * is the model's own; a flat input takes one number only. Throws where the numbers are as many as no channels are.
 */
export function normalised(model: Model, layout: string, { mean, std }: { mean: number[]; std: number[] }): Model {
  const { graph } = model;
  const type = graph.inputs[0]!.type;
  if (type !== elementTypes.float32) throw new Error("only models of float32 inputs can be normalised here");
  const rank = graph.inputs[0]!.dims?.length ?? 4;
  const dims = (count: number) =>
    count === 1 ? [] : layout === "NHWC" ? [count] : [count, ...new Array<number>(rank - 2).fill(1)];
  const [shifted, scaled] = ["normalise/shifted", "normalise/scaled"];
  const nodes: Node[] = [
    plain("Sub", [inputName, "normalise/mean"], shifted),
    plain("Div", [shifted, "normalise/std"], scaled),
    ...graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map((name) => (name === inputName ? scaled : name)),
    })),
  ];
  const initializers = new Map([
    ...graph.initializers,
    ["normalise/mean", tensorOf(type, dims(mean.length), Float32Array.from(mean))] as const,
    ["normalise/std", tensorOf(type, dims(std.length), Float32Array.from(std))] as const,
  ]);
  return { ...model, graph: { ...graph, nodes, initializers } };
}

function plain(op: string, inputs: string[], output: string): Node {
  return { name: "", domain: "", op, inputs, outputs: [output], attributes: new Map() };
}
