import { elementTypes, type Model, type Node, type Tensor } from "#onnx/model.ts";
import { tensorOf } from "#onnx/values.ts";

/** What lies between a last layer and the scores without a weight of its own. */
const AFTER: ReadonlySet<string> = new Set(["Identity", "Softmax", "LogSoftmax", "Cast", "Add", "Mul", "Div", "Sub"]);
const FARTHEST = 8;

/** The tensor [N, length] that goes into a model's last linear layer. */
export interface Features {
  name: string;
  length: number;
}

/** Goes back from the scores to a Gemm or MatMul by a float32 weight. Null where the last layer is not one. */
export function featuresOf({ graph }: Model): Features | null {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  let at = graph.outputs[0]?.name;
  for (let step = 0; step < FARTHEST && at !== undefined; step++) {
    const node = producers.get(at);
    if (node?.domain !== "") return null;
    if (node.op === "Gemm" || node.op === "MatMul") return layerOf(node, graph.initializers.get(node.inputs[1] ?? ""));
    if (!AFTER.has(node.op)) return null;
    at = node.inputs.find((name) => producers.has(name));
  }
  return null;
}

function layerOf(node: Node, weight: Tensor | undefined): Features | null {
  const name = node.inputs[0];
  if (name === undefined || weight?.type !== elementTypes.float32 || weight.dims.length !== 2) return null;
  const transA = node.attributes.get("transA");
  const transB = node.attributes.get("transB");
  if (transA?.kind === "i" && transA.value !== 0n) return null;
  const transposed = node.op === "Gemm" && transB?.kind === "i" && transB.value !== 0n;
  return { name, length: weight.dims[transposed ? 1 : 0]! };
}

/** The names of a two-class head's parts: its weights [length, 1] and bias [1, 1] are graph inputs. */
export const HEAD = { weights: "head~weights", bias: "head~bias", scores: "head~scores" } as const;

/** The model with [-s, s] [N, 2] as its scores, where s = features . weights + bias. */
export function withTwoClasses(model: Model, { name, length }: Features): Model {
  const { graph } = model;
  const tensor = (of: string, dims: (number | string)[]) => {
    return { name: of, kind: "tensor", type: elementTypes.float32, dims };
  };
  const node = (op: string, inputs: string[], output: string, attributes: Node["attributes"] = new Map()): Node => {
    return { name: "", domain: "", op, inputs, outputs: [output], attributes };
  };
  const batch = graph.inputs[0]!.dims?.[0] ?? "N";
  return {
    ...model,
    graph: {
      ...graph,
      inputs: [...graph.inputs, tensor(HEAD.weights, [length, 1]), tensor(HEAD.bias, [1, 1])],
      outputs: [tensor(HEAD.scores, [batch, 2])],
      initializers: new Map([
        ...graph.initializers,
        ["head~signs", tensorOf(elementTypes.float32, [1, 2], Float32Array.of(-1, 1))],
      ]),
      nodes: [
        ...graph.nodes,
        node("MatMul", [name, HEAD.weights], "head~product"),
        node("Add", ["head~product", HEAD.bias], "head~score"),
        node("Mul", ["head~score", "head~signs"], HEAD.scores),
      ],
    },
  };
}

/** The model with its features as its output. */
export function withFeatures(model: Model, { name, length }: Features): Model {
  const batch = model.graph.inputs[0]!.dims?.[0] ?? "N";
  const output = { name, kind: "tensor", type: elementTypes.float32, dims: [batch, length] };
  return { ...model, graph: { ...model.graph, outputs: [output] } };
}
