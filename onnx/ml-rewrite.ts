import type { Rewrite } from "#onnx/modernise-ops.ts";

/** Operators of ai.onnx.ml that can be said in standard operators, by name. */
export const mlRewrites: ReadonlyMap<string, Rewrite> = new Map<string, Rewrite>([]);
