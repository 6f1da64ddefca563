import { elementName, elementTypes, type Graph, type Model, type ValueInfo } from "#onnx/model.ts";
import { mlDomain } from "#onnx/ops.ts";
import { refuse, shown } from "#onnx/refuse.ts";

/** How an example lies in the input: the challenge's own order, channels last, without channels, or one row. */
export type Layout = "NCHW" | "NHWC" | "NHW" | "flat" | "own";

export interface Interface {
  input: { name: string; type: number; layout: Layout; batch: "dynamic" | number; example: number[] };
  output: { name: string; type: number };
}

const floatTypes: ReadonlySet<number> = new Set([elementTypes.float32, elementTypes.float16, elementTypes.float64]);

/**
 * The one input of the graph and how the challenge's examples fit it. Throws a Refusal when there is no such input.
 * Undeclared sizes fit; the first size is the batch.
 */
export function findInput(graph: Graph, shape: readonly number[], batchLimit: number): Interface["input"] {
  const value = onlyInput(graph);
  const where = { where: `input "${shown(value.name)}"` };
  if (value.type === elementTypes.string)
    refuse("string-tensor", "The model takes text.", { ...where, expected: "float32" });
  if (value.kind !== "tensor" || !floatTypes.has(value.type))
    refuse("input-type", "The model does not take floating-point numbers.", {
      ...where,
      expected: "float32 (float16 and float64 work too)",
      found: value.kind === "tensor" ? elementName(value.type) : value.kind,
    });
  const layouts = layoutsOf(shape);
  const found = layouts.find(([, example]) => fits(value.dims, example)) ?? mismatch(value, layouts);
  const first = value.dims?.[0];
  const batch = typeof first === "number" ? first : "dynamic";
  if (typeof batch === "number" && (batch < 1 || batch > batchLimit))
    refuse("input-batch", `The model has a fixed batch of ${batch}.`, {
      ...where,
      expected: `a dynamic batch, or 1 to ${batchLimit}`,
      found: String(batch),
    });
  return { name: value.name, type: value.type, layout: found[0], batch, example: found[1] };
}

/** Weights are no inputs (before IR 4 they were listed there), nor is what no node uses when another is used. */
function onlyInput(graph: Graph): ValueInfo {
  const open = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  const used = new Set(open.length > 1 ? graph.nodes.flatMap((node) => node.inputs) : []);
  const real = open.length > 1 ? open.filter(({ name }) => used.has(name)) : open;
  if (real.length > 1)
    refuse("inputs-many", `The model takes ${real.length} inputs.`, {
      expected: "one input: the examples",
      found: real
        .slice(0, 5)
        .map(({ name }) => shown(name, 40))
        .join(", "),
      fix: "Fold the others into the model as constants before you export it.",
    });
  return real[0] ?? refuse("input-missing", "The model takes no input.", { expected: "one input: the examples" });
}

function layoutsOf(shape: readonly number[]): [Layout, number[]][] {
  const own: [Layout, number[]] = [shape.length === 3 ? "NCHW" : shape.length === 1 ? "flat" : "own", [...shape]];
  const flat: [Layout, number[]] = ["flat", [shape.reduce((a, b) => a * b, 1)]];
  if (shape.length !== 3) return [own, flat];
  const [c, h, w] = shape as [number, number, number];
  const layouts: [Layout, number[]][] = [own, ["NHWC", [h, w, c]], flat];
  return c === 1 ? [...layouts, ["NHW", [h, w]]] : layouts;
}

function fits(dims: ValueInfo["dims"], example: number[]): boolean {
  if (dims === null) return true;
  return dims.length === example.length + 1 && example.every((size, i) => sizeFits(dims[i + 1], size));
}

function sizeFits(declared: number | string | null | undefined, size: number): boolean {
  return typeof declared !== "number" || declared === size;
}

function mismatch(value: ValueInfo, layouts: [Layout, number[]][]): never {
  return refuse("input-shape", "The model takes inputs of another shape than the examples of this challenge.", {
    where: `input "${shown(value.name)}"`,
    expected: layouts.map(([, example]) => `[N, ${example.join(", ")}]`).join(" or "),
    found: `[${(value.dims ?? []).map((size) => size ?? "?").join(", ")}]`,
  });
}

interface Candidate {
  name: string;
  type: number;
  kind: string;
  dims: ValueInfo["dims"];
}

/**
 * The graph output that holds the scores: the first floating-point tensor [N, classes], its shape taken from `shapes`
 * (followed from the input) before the declaration. A ZipMap at the end, which scikit-learn exporters add, is looked
 * through. Throws a Refusal when there is none, about the output that came nearest.
 */
export function findOutput(
  model: Model,
  shapes: ReadonlyMap<string, number[]>,
  classes: number,
  made: ReadonlySet<string>,
): Interface["output"] {
  const { graph } = model;
  if (graph.outputs.length === 0) refuse("output-missing", "The model has no output.");
  const zipMaps = new Map(
    graph.nodes.filter((n) => n.op === "ZipMap" && n.domain === mlDomain).map((n) => [n.outputs[0], n.inputs[0]]),
  );
  const candidates = graph.outputs.slice(0, 1000).map((value): Candidate => {
    const scores = zipMaps.get(value.name);
    const name = scores ?? value.name;
    const dims = shapes.get(name) ?? (scores ? null : value.dims);
    return scores ? { name, type: elementTypes.float32, kind: "tensor", dims } : { ...value, dims };
  });
  const reasons = candidates.map((candidate) => unfit(candidate, classes, made));
  const index = reasons.indexOf(undefined);
  if (index >= 0) return { name: candidates[index]!.name, type: candidates[index]!.type };
  const nearest = reasons.reduce((a, b) => (order.indexOf(b!.code) > order.indexOf(a!.code) ? b : a))!;
  return refuse(nearest.code, nearest.message, nearest.details);
}

// From "no such thing at all" to "nearly right".
const order = [
  "output-undefined",
  "output-not-tensor",
  "string-tensor",
  "output-type",
  "output-shape",
  "output-classes",
];

interface Reason {
  code: string;
  message: string;
  details: { where: string; expected?: string; found?: string; fix?: string };
}

function unfit({ name, type, kind, dims }: Candidate, classes: number, made: ReadonlySet<string>): Reason | undefined {
  const where = `output "${shown(name)}"`;
  if (kind !== "tensor")
    return { code: "output-not-tensor", message: "The output is no tensor.", details: { where, found: kind } };
  if (!made.has(name))
    return { code: "output-undefined", message: "No node makes the model's output.", details: { where } };
  if (type === elementTypes.string)
    return { code: "string-tensor", message: "The output is text.", details: { where, expected: "float32" } };
  if (!floatTypes.has(type))
    return {
      code: "output-type",
      message: "The output holds no floating-point numbers.",
      details: { where, expected: "float32 logits or probabilities", found: elementName(type) },
    };
  if (dims === null) return undefined;
  const found = `[${dims.map((size) => size ?? "?").join(", ")}]`;
  const details = { where, expected: `[N, ${classes}]`, found };
  if (dims.length !== 1 && dims.length !== 2)
    return { code: "output-shape", message: "The output has another shape than one row of scores each.", details };
  if (!sizeFits(dims.at(-1), classes))
    return { code: "output-classes", message: `The output does not have ${classes} classes.`, details };
  return undefined;
}
