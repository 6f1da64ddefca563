import { cutHead } from "#onnx/gradient-head.ts";
import { type Walked, walk } from "#onnx/gradient-walk.ts";
import { GraphWriter, type Known, TooLarge, writerLimits } from "#onnx/graph-writer.ts";
import { type LossInputs, lossSeeds } from "#onnx/loss-seeds.ts";
import { elementCount, elementTypes, type Model, type Node, type ValueInfo } from "#onnx/model.ts";
import { modernise } from "#onnx/modernise.ts";
import { handlingOf } from "#onnx/surrogates.ts";
import { smallValues } from "#onnx/values.ts";

/** Losses that an attacker maximises. The code of a loss, in the input `loss`, is its place. */
export const LOSSES = ["cross-entropy", "margin", "targeted-margin", "dlr", "targeted-dlr"] as const;
export type LossName = (typeof LOSSES)[number];

/**
 * "exact" has the true derivatives, zero where they vanish; "straight-through" passes through what has none as the
 * identity does; "smooth" takes the derivative of a smooth function in its place (BPDA, https://arxiv.org/abs/1802.00420).
 */
export type Variant = "exact" | "straight-through" | "smooth";

export interface Traced {
  dims: number[];
  /** TensorProto.DataType. */
  type: number;
  /** Elements, where the tensor does not depend on the input and is small: sizes, axes, indices. */
  values?: readonly number[];
}

/** What running the model at batches B and B + 1 has shown of each tensor by name (B alone where the batch is fixed). */
export interface Trace {
  batch: number;
  at: ReadonlyMap<string, Traced>;
  next: ReadonlyMap<string, Traced>;
}

export interface GradientRequest {
  trace: Trace;
  classes: number;
  variant: Variant;
  /** Cut an order-keeping head (softmax, logarithm, clipping, votes): the losses see what went into it. */
  cutHead: boolean;
  /** Of this loss alone, whatever the input `loss` says; without it, of each row's own. */
  loss?: LossName;
}

/** Where a surrogate stands in for a derivative: the node by its first output. */
export interface Place {
  node: string;
  op: string;
  surrogate: string;
}

export type GradientResult =
  | {
      ok: true;
      model: Model;
      places: Place[];
      headCut: string[];
      /** Operators that depend on the input and let nothing through, or not all; only approximations go without a rule. */
      stops: string[];
      /** Whether sizes that depend on a noise are fixed at those of the trace: the model holds for those draws only. */
      drawBound: boolean;
    }
  | {
      ok: false;
      missing: { op: string; opset: number; count: number }[];
      reason: "missing-rule" | "no-path" | "too-large" | "wrong-output" | "failed";
      message: string;
    };

type Failure = Extract<GradientResult, { ok: false }>;

/**
 * The model that puts out, for a batch of the trace's size, `logits` [B, K] (the model's own output), `loss_value` [B]
 * and `gradient` (of the input's shape: the derivative of the losses' sum), all float32, from the model's inputs and
 * `label`, `target` and `loss` (int64 [B]; the loss by its place in LOSSES). Standard operators only, but for trees.
 * Expects a canonical model without random operators (seedRandomness). Never throws.
 */
export function gradientOf(model: Model, request: GradientRequest): GradientResult {
  try {
    return derived(model, request);
  } catch (error) {
    if (error instanceof TooLarge)
      return failure("too-large", `The gradient's graph is too large: ${error.message} (${writerLimits.nodes} nodes).`);
    return failure("failed", `The gradient could not be derived: ${String(error)}`.slice(0, 500));
  }
}

function failure(reason: Failure["reason"], message: string, missing: Failure["missing"] = []): Failure {
  return { ok: false, missing, reason, message };
}

function derived(model: Model, { trace, classes, variant, cutHead: cutting, loss }: GradientRequest): GradientResult {
  const { batch } = trace;
  const input = model.graph.inputs[0]!;
  const output = model.graph.outputs[0]!;
  const writer = new GraphWriter(knownOf(model, trace));
  const values = valuesOf(model, trace, writer);
  const { drawBound } = modernise(model, writer, values);
  const raw = writer.dims(output.name);
  if (elementCount([...raw]) !== batch * classes || raw.length > 2)
    return failure("wrong-output", `The output is [${raw}], not [${batch}, ${classes}].`);
  const head = cutting
    ? cutHead(writer, [...writer.nodes], output.name, values, variant === "exact")
    : { scores: output.name, cut: [] };
  const forward = [...writer.nodes];
  const scores = writer.cast(writer.reshape(head.scores, [batch, classes]));
  const seeded = lossSeeds(writer, scores, lossInputs(writer, batch), LOSSES, loss);
  const seed = writer.reshape(seeded.seed, writer.dims(head.scores));
  const walked = walk(writer, forward, [input.name], new Map([[head.scores, seed]]), {
    handling: handlingOf(variant),
    values,
  });
  const gradient = walked.adjoints.get(input.name);
  // An approximation does with the paths that there are: no operator may hide all others.
  if (walked.missing.length > 0 && (variant === "exact" || !gradient)) return missingRules(walked, model);
  if (!gradient) return failure("no-path", noPath(walked, variant));
  name(writer, writer.cast(writer.reshape(output.name, [batch, classes])), "logits");
  name(writer, seeded.loss, "loss_value");
  name(writer, gradient, "gradient");
  return {
    ok: true,
    model: assembled(model, writer),
    places: walked.places.map(({ node, surrogate }) => ({ node: node.outputs[0] ?? "", op: node.op, surrogate })),
    headCut: head.cut,
    stops: stopsOf(walked),
    drawBound,
  };
}

function knownOf(model: Model, trace: Trace): Map<string, Known> {
  const known = new Map<string, Known>();
  for (const [name, { dims, type }] of trace.at) known.set(name, { dims, type });
  for (const [name, { dims, type }] of model.graph.initializers) known.set(name, { dims, type });
  return known;
}

/** Elements that rules may read: of the model's weights and of what the trace or the writer has. */
function valuesOf(model: Model, trace: Trace, writer: GraphWriter) {
  return (name: string): readonly number[] | undefined => {
    const weight = model.graph.initializers.get(name) ?? writer.constants.get(name);
    return weight ? smallValues(weight, 1 << 16) : trace.at.get(name)?.values;
  };
}

function lossInputs(writer: GraphWriter, batch: number): LossInputs {
  const inputs: LossInputs = { label: "label", target: "target", loss: "loss" };
  for (const name of Object.values(inputs)) writer.known.set(name, { dims: [batch], type: elementTypes.int64 });
  return inputs;
}

function name(writer: GraphWriter, from: string, to: string): void {
  writer.push({ name: "", domain: "", op: "Identity", inputs: [from], outputs: [to], attributes: new Map() });
  writer.known.set(to, { dims: writer.dims(from), type: elementTypes.float32 });
}

function stopsOf(walked: Walked): string[] {
  return [...new Set([...walked.stops, ...walked.missing].map(({ op }) => op))];
}

function noPath(walked: Walked, variant: Variant): string {
  const stops = stopsOf(walked);
  const why = stops.length > 0 ? `: nothing flows through ${stops.join(", ")}` : "";
  return `No derivative (${variant}) leads from the scores to the input${why}.`.slice(0, 500);
}

function missingRules({ missing }: Walked, model: Model): Failure {
  const counts = new Map<string, { op: string; opset: number; count: number }>();
  for (const { domain, op } of missing) {
    const key = domain ? `${domain}.${op}` : op;
    const entry = counts.get(key) ?? { op: key, opset: model.opsets.get(domain) ?? 0, count: 0 };
    counts.set(key, { ...entry, count: entry.count + 1 });
  }
  const list = [...counts.values()];
  const message = `There is no derivative of ${list.map(({ op, count }) => `${op} (${count})`).join(", ")}.`;
  return failure("missing-rule", message.slice(0, 500), list);
}

/** The graph of what leads to the three outputs, with the constants that it uses. */
function assembled(model: Model, writer: GraphWriter): Model {
  const outputs = ["logits", "loss_value", "gradient"];
  const nodes = leadingTo(writer.nodes, outputs);
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const initializers = new Map([...model.graph.initializers, ...writer.constants].filter(([key]) => used.has(key)));
  const info = (key: string): ValueInfo => {
    const { type, dims } = writer.known.get(key)!;
    return { name: key, kind: "tensor", type, dims: [...dims] };
  };
  const inputs = [...model.graph.inputs.map((value) => value.name), "label", "target", "loss"].map(info);
  const opsets = new Map([["", Math.max(18, model.opsets.get("") ?? 0)]]);
  for (const { domain } of nodes) if (domain) opsets.set(domain, model.opsets.get(domain)!);
  return {
    irVersion: Math.max(8, model.irVersion),
    opsets,
    graph: { nodes, initializers, inputs, outputs: outputs.map(info) },
    unread: new Set(),
  };
}

function leadingTo(nodes: readonly Node[], outputs: readonly string[]): Node[] {
  const wanted = new Set(outputs);
  const kept: Node[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((key) => wanted.has(key))) continue;
    kept.push(node);
    for (const key of node.inputs) wanted.add(key);
  }
  return kept.reverse();
}
