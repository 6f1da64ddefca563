import { gradientTable } from "#onnx/gradient-rules/table.ts";
import { type Expansion, NoRule, type Rule, type Site } from "#onnx/gradient-site.ts";
import { type GraphWriter, sameDims } from "#onnx/graph-writer.ts";
import { elementTypes, type Node } from "#onnx/model.ts";

/** How a node is differentiated; "stop": its outputs do not depend on its operands in a way that has a derivative. */
export type Handling =
  /** `finite`: the operands' adjoints are finite where the outputs' are, unless they overflow. */
  | { kind: "rule"; rule: Rule; surrogate?: string; finite?: boolean }
  | { kind: "expansion"; expand: Expansion; surrogate?: string }
  | { kind: "stop"; flat: boolean }
  | { kind: "missing" };

export interface Walked {
  /** The adjoint of each wanted tensor that something flows into. */
  adjoints: Map<string, string>;
  /** Nodes without a rule, in whole or for an operand, that the walk came to. */
  missing: Node[];
  /** Nodes where a surrogate took the derivative's place. */
  places: { node: Node; surrogate: string }[];
  /** Nodes that depend on the input and let nothing through, as their derivative is zero almost everywhere. */
  stops: Node[];
}

/** What is known when a node's handling is chosen. */
export interface Surroundings {
  w: GraphWriter;
  /** Whether a tensor depends on the input by way of derivatives. */
  active(name: string | undefined): boolean;
}

export interface WalkOptions {
  handling(node: Node, around: Surroundings): Handling;
  values(name: string): readonly number[] | undefined;
}

/** "Conv", "ai.onnx.ml:Scaler". */
export function tableKey({ domain, op }: Node): string {
  return domain ? `${domain}:${op}` : op;
}

/** Handling by the table alone: the true derivatives. */
export function exactHandling(node: Node, { w }: Surroundings): Handling {
  const found = gradientTable.get(tableKey(node));
  if (!found) return { kind: "missing" };
  return typeof found === "function" ? found(node, w) : found;
}

/**
 * Reverse accumulation over a graph in topological order: from the adjoints of some tensors (`seeds`) to those of
 * `sources`, writing nodes to `writer`. Knows no operator by name. Iterative, linear in nodes and edges.
 */
export function walk(
  writer: GraphWriter,
  nodes: readonly Node[],
  sources: readonly string[],
  seeds: ReadonlyMap<string, string>,
  options: WalkOptions,
): Walked {
  const out: Walked = { adjoints: new Map(), missing: [], places: [], stops: [] };
  const active = new Set(sources);
  const adjoints = new Map<string, string[]>([...seeds].map(([name, adjoint]) => [name, [adjoint]]));
  const producers = new Map<string, Node>();
  // Float views of tensors of other types, and back: a view's adjoint is the tensor's own.
  const floats = new Map<string, string>();
  const viewed = new Map<string, string>();
  const handled = new Map<Node, Handling>();
  // Tensors whose adjoints may be infinite or NaN: what a division or a root has put out, and all before it.
  const wild = new Set<string>();

  const around: Surroundings = { w: writer, active: (name) => active.has(name ?? "") };
  const enter = (batch: readonly Node[], choose: WalkOptions["handling"]) => {
    for (const node of batch) {
      if (node.outputs.some((name) => viewed.has(name))) continue;
      for (const name of node.outputs) producers.set(name, node);
      if (!node.inputs.some((name) => active.has(name))) continue;
      const handling = choose(node, around);
      handled.set(node, handling);
      if (handling.kind !== "stop") for (const name of node.outputs) active.add(name);
      else if (handling.flat && choose === options.handling) out.stops.push(node);
    }
  };
  const taken = (name: string): string | undefined => {
    const parts = adjoints.get(name);
    if (!parts) return undefined;
    const whole = writer.total(parts);
    adjoints.set(name, [whole]);
    return whole;
  };
  const give = (to: string, adjoint: string, finite: boolean) => {
    const name = viewed.get(to) ?? to;
    if (!active.has(name)) return;
    if (!finite) wild.add(name);
    const fitting = unbroadcast(writer, adjoint, writer.dims(name));
    const parts = adjoints.get(name);
    if (parts) parts.push(fitting);
    else adjoints.set(name, [fitting]);
  };
  const float = (name: string): string => {
    if (writer.type(name) === elementTypes.float32) return name;
    const view = floats.get(name) ?? writer.cast(name);
    floats.set(name, view);
    viewed.set(view, name);
    if (active.has(name)) active.add(view);
    return view;
  };
  const hasFinite = (node: Node) => !node.outputs.some((name) => wild.has(viewed.get(name) ?? name));
  const siteOf = (node: Node): Site => ({
    node,
    w: writer,
    x: (i = 0) => float(node.inputs[i]!),
    y: (i = 0) => float(node.outputs[i]!),
    g: (i = 0) => taken(node.outputs[i] ?? "") ?? writer.zeros(writer.dims(node.outputs[i]!)),
    finite: () => hasFinite(node),
    flows: (i) => adjoints.has(node.outputs[i] ?? ""),
    dims: (i = 0) => writer.dims(node.inputs[i]!),
    made: (i = 0) => writer.dims(node.outputs[i]!),
    has: (i) => !!node.inputs[i],
    lacks: (i) => {
      if (active.has(node.inputs[i] ?? "")) out.missing.push(node);
    },
    wants: (i) => active.has(node.inputs[i] ?? ""),
    values: (i) => (node.inputs[i] ? options.values(node.inputs[i]) : undefined),
    known: options.values,
    active: (name) => active.has(name),
    producer: (name) => producers.get(name),
  });

  enter(nodes, options.handling);
  const stack = [...nodes];
  while (stack.length > 0) {
    const node = stack.pop()!;
    const handling = handled.get(node);
    if (!handling || handling.kind === "stop" || !node.outputs.some((name) => adjoints.has(name))) continue;
    try {
      if (handling.kind === "missing") throw new NoRule(node.op);
      const site = siteOf(node);
      if (handling.kind === "rule") {
        const finite = handling.finite === true && hasFinite(node);
        for (const [i, adjoint] of handling.rule(site).entries()) if (adjoint) give(node.inputs[i]!, adjoint, finite);
      } else stack.push(...expanded(site, handling.expand));
      if (handling.surrogate) out.places.push({ node, surrogate: handling.surrogate });
    } catch (error) {
      if (!(error instanceof NoRule)) throw error;
      out.missing.push(node);
    }
  }
  for (const name of sources) {
    const adjoint = taken(name);
    if (adjoint) out.adjoints.set(name, adjoint);
  }
  return out;

  /** Writes a node's stand-in and hands over its outputs' adjoints; the nodes written are next in line. */
  function expanded(site: Site, expand: Expansion): Node[] {
    const from = writer.nodes.length;
    const outputs = expand(site);
    const inner = writer.nodes.slice(from);
    // What stands in for an operator is differentiated as it is written.
    enter(inner, innerHandling);
    for (const [i, name] of outputs.entries()) if (name && site.flows(i)) give(name, site.g(i), hasFinite(site.node));
    return inner;
  }
}

/** The table's, under another name: what it stops at is no operator of the model. */
const innerHandling: WalkOptions["handling"] = (node, around) => exactHandling(node, around);

/** Sums an adjoint over the axes along which its tensor was broadcast. */
function unbroadcast(writer: GraphWriter, adjoint: string, dims: readonly number[]): string {
  const from = writer.dims(adjoint);
  if (sameDims(from, dims)) return adjoint;
  const lead = from.length - dims.length;
  const axes = [...from.keys()].filter((axis) => axis < lead || (dims[axis - lead] === 1 && from[axis] !== 1));
  return writer.reshape(writer.sum(adjoint, axes), dims);
}
