import { createHash } from "node:crypto";
import { type Survey, Variant } from "#contest/gauntlet.ts";
import { encode } from "#onnx/encode.ts";
import { type GradientResult, gradientOf, type Place, type Trace } from "#onnx/gradient.ts";
import type { Model } from "#onnx/model.ts";

export type Derived = Extract<GradientResult, { ok: true }>;

/** What a survey says of derivatives: it follows from the graph alone. */
export type Derivatives = Omit<Survey, "trees" | "linear" | "flat" | "moves">;

const MOST = 100;

/**
 * What can be differentiated of a model (its noises are inputs), and the graphs that do it. Variants whose graphs are
 * equal are one: a model without a place for a surrogate has the exact one alone. Where there are such places the
 * variants with surrogates come first, as the true derivative is the one that the place hides.
 */
export function surveyOf(
  model: Model,
  classes: number,
  traced: Trace | string,
): { survey: Derivatives; graphs: Map<Variant, Derived> } {
  const graphs = new Map<Variant, Derived>();
  let failed: Exclude<GradientResult, Derived> | null = null;
  if (typeof traced !== "string") {
    const seen = new Set<string>();
    for (const variant of Variant.options) {
      const result = gradientOf(model, { trace: traced, classes, variant, cutHead: true });
      if (!result.ok) failed ??= result;
      else if (!seen.has(keyOf(result))) {
        seen.add(keyOf(result));
        graphs.set(variant, result);
      }
    }
  }
  const order: Variant[] = ["straight-through", "smooth", "exact"];
  const all = [...graphs.values()];
  const survey: Derivatives = {
    variants: order.filter((variant) => graphs.has(variant)),
    reason: all.length > 0 ? "" : typeof traced === "string" ? traced : (failed?.message ?? ""),
    missing: (failed?.missing ?? []).slice(0, MOST).map(({ op, count }) => ({ op: op.slice(0, 64), count })),
    places: placesOf(all.flatMap(({ places }) => places)),
    stops: [...new Set(all.flatMap(({ stops }) => stops))].slice(0, MOST),
    headCut: [...new Set(all.flatMap(({ headCut }) => headCut))].slice(0, MOST),
    randomOps: model.graph.inputs.length - 1,
  };
  return { survey, graphs };
}

const keyOf = ({ model }: Derived): string => createHash("sha256").update(encode(model)).digest("hex");

/** Places by operator and surrogate. */
function placesOf(places: Place[]): Survey["places"] {
  const nodes = new Map<string, { op: string; surrogate: string; nodes: Set<string> }>();
  for (const { node, op, surrogate } of places) {
    const key = `${op} ${surrogate}`;
    const entry = nodes.get(key) ?? { op, surrogate: surrogate.slice(0, 120), nodes: new Set() };
    entry.nodes.add(node);
    nodes.set(key, entry);
  }
  return [...nodes.values()].slice(0, MOST).map(({ op, surrogate, nodes: at }) => ({ op, surrogate, count: at.size }));
}
