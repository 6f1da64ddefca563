import { aims, derivedFrom, float, opened, uniform } from "#golden/gradients.ts";
import { floats, modelOf, node, tensorValue } from "#golden/graph.ts";
import type { Variant } from "#onnx/gradient.ts";
import type { Model, Node, Tensor } from "#onnx/model.ts";

export const ROWS = 2;
export const WIDTH = 12;
const random = uniform(5);
/** Inputs, none on a threshold. */
export const x = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => -1.5 + (3 * ((i * 7) % 24) + 1) / 24);
export const weights = Float32Array.from({ length: WIDTH }, () => 2 * random() - 1);

/** x [2, 12] through nodes that end in "y" [2, 12], then weighted into scores [2, 2] whose targeted margin is the sum. */
export function modelFor(nodes: Node[], constants: Record<string, Tensor>, opset: number): Model {
  const columns = Array.from(weights).flatMap((w) => [0, w]);
  return modelOf({
    nodes: [...nodes, node("MatMul", "y head", "output")],
    weights: { ...constants, head: floats([WIDTH, 2], columns) },
    inputs: [tensorValue("input", ["N", WIDTH])],
    outputs: [tensorValue("output", ["N", 2])],
    opsets: { "": opset, "ai.onnx.ml": 3 },
  });
}

/** Slopes of the sum by each input, over its weight, and where a surrogate stood in; throws where logits are not the model's. */
export async function slopes(model: Model, variant: Variant): Promise<{ slopes: number[]; places: string[] }> {
  const feeds = { input: float(x, [ROWS, WIDTH]) };
  const derived = await derivedFrom(model, feeds, { classes: 2, variant });
  const session = await opened(derived.model);
  const rows = Array.from({ length: ROWS }, () => ({ loss: "targeted-margin", label: 0, target: 1 }) as const);
  const out = await session.run({ ...feeds, ...aims(rows) });
  const plain = await opened(model);
  const own = (await plain.run(feeds)).output!.data as Float32Array;
  if (own.some((value, i) => value !== out.logits!.data[i])) throw new Error("the logits are not the model's own");
  await Promise.all([session.release(), plain.release()]);
  const gradient = Array.from(out.gradient!.data as Float32Array);
  return { slopes: gradient.map((g, i) => g / weights[i % WIDTH]!), places: derived.places.map(({ op }) => op) };
}

export const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));

/** By central differences, in float64. */
export function derivative(f: (x: number) => number, v: number): number {
  return (f(v + 1e-5) - f(v - 1e-5)) / 2e-5;
}
