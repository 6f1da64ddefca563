import type { TreeEnsemble } from "#evaluator/runner/attacks/trees.ts";
import { floatList } from "#onnx/gradient-rules/classical.ts";
import { elementTypes, intAttribute, intsAttribute, type Model, type Node } from "#onnx/model.ts";
import { smallValues, tensorValues } from "#onnx/values.ts";

const reshaping: ReadonlySet<string> = new Set("Identity Reshape Flatten Squeeze Unsqueeze Dropout".split(" "));
const floats: ReadonlySet<number> = new Set([elementTypes.float16, elementTypes.float32, elementTypes.float64]);

/**
 * The one TreeEnsembleClassifier of a canonical model, with its features and thresholds in terms of the input as a
 * challenge stores it (channels first). Null where there is none, or more than one, or where its input is more than the
 * model's own with a scalar added or multiplied: then its boxes are not those of the input.
 */
export function treeEnsembleOf(model: Model, layout: string, shape: readonly number[]): TreeEnsemble | null {
  const found = model.graph.nodes.filter(({ op }) => op.startsWith("TreeEnsemble"));
  const [node] = found;
  if (found.length !== 1 || node!.op !== "TreeEnsembleClassifier") return null;
  const before = inputOf(model, node!.inputs[0]!);
  const modes = node!.attributes.get("nodes_modes");
  if (!before || modes?.kind !== "S") return null;
  const list = (name: string) => intsAttribute(node!, name) ?? [];
  const size = shape.reduce((a, b) => a * b, 1);
  const place = layout === "NHWC" ? placeOf(shape) : (feature: number) => feature;
  const features = list("nodes_featureids");
  if (features.some((feature) => feature < 0 || feature >= size)) return null;
  const base = numbers(node!, "base_values");
  return {
    ...{ nodes_treeids: list("nodes_treeids"), nodes_nodeids: list("nodes_nodeids"), nodes_modes: modes.value },
    nodes_featureids: features.map(place),
    nodes_values: Array.from(numbers(node!, "nodes_values"), before),
    ...{ nodes_truenodeids: list("nodes_truenodeids"), nodes_falsenodeids: list("nodes_falsenodeids") },
    ...{ class_treeids: list("class_treeids"), class_nodeids: list("class_nodeids"), class_ids: list("class_ids") },
    class_weights: numbers(node!, "class_weights"),
    ...(base.length > 0 && { base_values: base }),
  };
}

function numbers(node: Node, name: string): ArrayLike<number> {
  const tensor = node.attributes.get(`${name}_as_tensor`);
  const values = tensor?.kind === "t" ? tensorValues(tensor.value) : undefined;
  return values ? Array.from(values as Iterable<number | bigint>, Number) : floatList(node, name);
}

/** From a place in [H, W, C] to the same value's in [C, H, W]. */
function placeOf([c, h, w]: readonly number[]): (feature: number) => number {
  const plane = h! * w!;
  return (feature) => (feature % c!) * plane + Math.floor(feature / c!);
}

/** What a threshold on the tensor `name` is on the model's input; null where the one is not the other moved and scaled. */
function inputOf(model: Model, name: string): ((threshold: number) => number) | null {
  const producers = new Map(model.graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  let back = (threshold: number) => threshold;
  for (let at = name, steps = 0; steps < 64; steps++) {
    const node = producers.get(at);
    if (!node) return at === model.graph.inputs[0]!.name ? back : null;
    const step = undone(model, node);
    if (!step) return null;
    const so = back;
    back = (threshold) => step.undo(so(threshold));
    at = step.from;
  }
  return null;
}

function undone(model: Model, node: Node): { from: string; undo(value: number): number } | null {
  const [x, y] = node.inputs as [string, string?];
  const same = (value: number) => value;
  if (node.domain !== "") return null;
  if (reshaping.has(node.op)) return { from: x, undo: same };
  if (node.op === "Cast") return floats.has(intAttribute(node, "to", 0)) ? { from: x, undo: same } : null;
  const scalar = (name?: string) => {
    const tensor = name === undefined ? undefined : model.graph.initializers.get(name);
    return tensor && smallValues(tensor, 1)?.[0];
  };
  const [a, b] = [scalar(x), scalar(y)];
  if (b !== undefined && node.op === "Div" && b > 0) return { from: x, undo: (value) => value * b };
  if (b !== undefined && node.op === "Sub") return { from: x, undo: (value) => value + b };
  const constant = b ?? a;
  if (constant === undefined) return null;
  const from = b === undefined ? y! : x;
  if (node.op === "Mul" && constant > 0) return { from, undo: (value) => value / constant };
  return node.op === "Add" ? { from, undo: (value) => value - constant } : null;
}
