import { floats, type Given, ints, modelOf, node, tensorValue } from "#golden/graph.ts";
import { elementCount, type Model, type Node, type Tensor } from "#onnx/model.ts";
import { signaturesOf } from "#onnx/ops.ts";

/** One use of an operator, to be differentiated with respect to its float operands. */
export interface Case {
  op: string;
  what: string;
  /** Shapes of the operands that depend on the input, named a, b, c. */
  shapes: number[][];
  attributes: Record<string, Given>;
  /** Attributes that are lists of floats. */
  lists: Record<string, number[]>;
  weights: Record<string, Tensor>;
  /** Names of the operands in order, apart by blanks: a b c, weights, "_". */
  operands: string;
  outputs: string;
  /** Which outputs are differentiated. */
  taken: string[];
  /** Values of the input. */
  range: [number, number];
  /** Opsets in which the case is said this way. */
  opsets: number[];
  /** Linear in each operand alone with the others fixed, so in a sole operand: the adjoint identity holds exactly. */
  linear: boolean;
  /** The runtime's own values are approximate: so is the derivative. */
  about: boolean;
  /** Nodes between the operands and the operator (say a cast). */
  before: Node[];
  after: Node[];
}

export type Told = Partial<Omit<Case, "op" | "what">> & { from?: number; until?: number };

/** A case, in the opsets within [from, until] that matter to it. */
export function use(op: string, what: string, shapes: number[][], told: Told = {}): Case {
  const names = ["a", "b", "c", "d"].slice(0, shapes.length);
  const { from = 7, until = 26, ...rest } = told;
  const weights = rest.weights ?? {};
  return {
    op,
    what,
    shapes,
    attributes: {},
    operands: [...names, ...Object.keys(weights)].join(" "),
    outputs: "y",
    taken: ["y"],
    range: [-1, 1],
    opsets: opsetsOf(op, from, until),
    linear: false,
    about: false,
    lists: {},
    before: [],
    after: [],
    ...rest,
    weights,
  };
}

/** The first opset of each form of the operator, and the last. */
function opsetsOf(op: string, from: number, until: number): number[] {
  if (op.includes(":")) return [17];
  const forms = (signaturesOf("", op) ?? []).filter((form) => form.since <= until && form.until >= from);
  const last = Math.min(until, forms.at(-1)?.until ?? 0);
  return [...new Set([...forms.map(({ since }) => Math.max(since, from)), last])];
}

export const BATCH = 2;

/** The case as a model: "input" [2, n] cut into the operands; the outputs are the operator's own. */
export function coreOf(given: Case, opset: number): Model {
  const sizes = given.shapes.map((shape) => elementCount(shape) / BATCH);
  const size = sizes.reduce((a, b) => a + b, 0);
  const weights: Record<string, Tensor> = { ...given.weights };
  const nodes: Node[] = [];
  let at = 0;
  for (const [i, name] of ["a", "b", "c", "d"].slice(0, sizes.length).entries()) {
    // By columns of an identity: MatMul has one form in all opsets.
    const columns = new Float32Array(size * sizes[i]!);
    for (let j = 0; j < sizes[i]!; j++) columns[(at + j) * sizes[i]! + j] = 1;
    at += sizes[i]!;
    weights[`${name}_columns`] = floats([size, sizes[i]!], [...columns]);
    weights[`${name}_dims`] = ints(given.shapes[i]!);
    nodes.push(
      node("MatMul", `input ${name}_columns`, `${name}_flat`),
      node("Reshape", `${name}_flat ${name}_dims`, name),
    );
  }
  const own = node(given.op, given.operands, given.outputs, given.attributes);
  for (const [name, list] of Object.entries(given.lists))
    own.attributes.set(name, { kind: "F", value: Float32Array.from(list) });
  nodes.push(...given.before, own, ...given.after);
  const opsets: Record<string, number> = given.op.includes(":") ? { "": opset, "ai.onnx.ml": 3 } : { "": opset };
  return modelOf({
    nodes,
    weights,
    opsets,
    inputs: [tensorValue("input", [BATCH, size])],
    outputs: given.taken.map((name) => tensorValue(name, null)),
  });
}

/** With a head: scores [2, 2] whose targeted margins add up to the sum of all outputs times `weights`. */
export function headed(core: Model, lengths: readonly number[], weights: readonly Float32Array[]): Model {
  const { graph } = core;
  const initializers = new Map(graph.initializers);
  const nodes = [...graph.nodes];
  const sums = graph.outputs.map(({ name }, i) => {
    initializers.set(`${name}_row`, ints([1, lengths[i]!]));
    initializers.set(`${name}_weights`, floats([lengths[i]!, 1], [...weights[i]!]));
    nodes.push(node("Reshape", `${name} ${name}_row`, `${name}_line`));
    nodes.push(node("MatMul", `${name}_line ${name}_weights`, `${name}_sum`));
    return `${name}_sum`;
  });
  initializers.set("corner", floats([2, 2], [0, 1, 0, 0]));
  nodes.push(node("Sum", sums.join(" "), "total"), node("Mul", "total corner", "output"));
  return { ...core, graph: { ...graph, nodes, initializers, outputs: [tensorValue("output", [2, 2])] } };
}
