import { axisOf } from "#onnx/gradient-site.ts";
import { type GraphWriter, sameDims } from "#onnx/graph-writer.ts";
import { intAttribute, type Node } from "#onnx/model.ts";

/** What is looked up on the way back: who makes a tensor, and the elements of a small constant. */
export interface Lookup {
  producer(name: string): Node | undefined;
  values(name: string): readonly number[] | undefined;
}

/** Operators between a vote and their count, at most. */
const REACH = 200;

/**
 * Where a tensor [..., K] counts the votes of several members, one-hot rows of what each ranks first: the sum of what the
 * members ranked by, of the same sizes. The count moves when a member changes its mind and never before; this moves at
 * once, and towards the same. Undefined where the tensor is no such count.
 */
export function memberScores(w: GraphWriter, name: string, look: Lookup): string | undefined {
  const node = look.producer(name);
  if (!node || !counting.has(node.op)) return undefined;
  return behind(w, name, look, { left: REACH });
}

const counting: ReadonlySet<string> = new Set(["Add", "Sum", "Mean", "ReduceSum", "ReduceMean"]);

function behind(w: GraphWriter, name: string, look: Lookup, steps: { left: number }): string | undefined {
  const node = look.producer(name);
  if (node?.domain !== "" || steps.left-- <= 0) return undefined;
  const all = (inputs: string[]) => {
    const found = inputs.map((input) => behind(w, input, look, steps));
    return found.every((one) => one !== undefined) ? (found as string[]) : undefined;
  };
  switch (node.op) {
    case "Identity":
    case "Cast":
      return behind(w, node.inputs[0]!, look, steps);
    case "Add":
    case "Sum":
    case "Mean":
      return all(node.inputs)?.reduce((sum, member) => w.add(sum, member));
    case "Concat":
    case "Unsqueeze":
    case "Reshape":
    case "ReduceSum":
    case "ReduceMean": {
      const data = node.op === "Concat" ? node.inputs : node.inputs.slice(0, 1);
      const members = all(data);
      if (!members?.every((member, i) => sameDims(w.dims(member), w.dims(data[i]!)))) return undefined;
      return w.op(node.op, [...members, ...node.inputs.slice(data.length)], numbersOf(node), w.dims(name));
    }
    default:
      return ranked(w, node, look);
  }
}

/** Attributes that are whole numbers or lists of them: axes and the like. */
function numbersOf({ attributes }: Node): Record<string, number | number[]> {
  const numbers: Record<string, number | number[]> = {};
  for (const [key, attribute] of attributes) {
    if (attribute.kind === "i") numbers[key] = Number(attribute.value);
    if (attribute.kind === "I") numbers[key] = Array.from(attribute.value, Number);
  }
  return numbers;
}

/** The scores that a one-hot row names the first of; the classes last. */
export function ranked(w: GraphWriter, node: Node, look: Lookup): string | undefined {
  const index =
    node.op === "OneHot" ? hotIndex(node, look) : node.op === "Equal" ? listedIndex(w, node, look) : undefined;
  const chooser = index === undefined ? undefined : through(index, look);
  if (chooser?.op !== "ArgMax") return undefined;
  const [scores] = chooser.inputs as [string];
  const rank = w.dims(scores).length;
  const last = axisOf(intAttribute(chooser, "axis", 0), rank) === rank - 1;
  return last && sameDims(w.dims(scores), w.dims(node.outputs[0]!)) ? w.cast(scores) : undefined;
}

function hotIndex(node: Node, { values }: Lookup): string | undefined {
  const range = values(node.inputs[2]!);
  return intAttribute(node, "axis", -1) === -1 && range && range[1]! > range[0]! ? node.inputs[0] : undefined;
}

/** An index against 0, 1, 2, ...: one-hot, written out. */
function listedIndex(w: GraphWriter, node: Node, { values }: Lookup): string | undefined {
  const place = node.inputs.findIndex((input) => values(input)?.every((value, i) => value === i));
  if (place < 0 || w.dims(node.inputs[place]!).at(-1) !== w.dims(node.outputs[0]!).at(-1)) return undefined;
  return node.inputs[1 - place];
}

const carriers: ReadonlySet<string> = new Set(["Identity", "Cast", "Unsqueeze", "Reshape"]);

function through(name: string, { producer }: Lookup): Node | undefined {
  let node = producer(name);
  for (let steps = 0; node && carriers.has(node.op) && steps < 8; steps++) node = producer(node.inputs[0]!);
  return node;
}
