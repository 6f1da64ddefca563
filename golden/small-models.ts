import { type Feeds, float, uniform } from "#golden/gradients.ts";
import { head, modelOf, type Parts, tensorValue } from "#golden/graph.ts";
import { check } from "#onnx/check.ts";
import { digits, fixture } from "#onnx/fixtures/read.ts";
import type { Model } from "#onnx/model.ts";

/** Images that the models here are run on. */
export const ROWS = 3;
const random = uniform(2);
export const image: Feeds = { input: float(Array.from({ length: ROWS * 64 }, random), [ROWS, 1, 8, 8]) };

/** Nodes from "input" [N, 1, 8, 8] to `from`, of the same rank, with the smallest honest head behind it: "output" [N, 10]. */
export function small(parts: Partial<Parts>, from = "h"): Model {
  const end = head(from, "output");
  return modelOf({
    inputs: [tensorValue("input", ["N", 1, 8, 8])],
    outputs: [tensorValue("output", null)],
    opsets: { "": 18 },
    ...parts,
    nodes: [...(parts.nodes ?? []), ...end.nodes],
    weights: { ...parts.weights, ...end.weights },
  });
}

/** An exporter's model, as the gate leaves it. */
export function canonical(name: string): Model {
  const given = fixture(name);
  const checked = check(given.bytes, { ...digits, ...given });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.model;
}
