import * as z from "zod";

/** What a challenge of access `query` lets an attacker ask of a model that stays closed. */
export const QueryAccess = z.strictObject({
  answers: z
    .enum(["labels", "scores"])
    .describe("What a query is answered with: the class, or every class's score as the model gives it"),
  budget: z
    .int()
    .min(1)
    .max(100_000_000)
    .describe("Inputs that one person may have answered by one defense, rows of their attacks included"),
});
export type QueryAccess = z.infer<typeof QueryAccess>;

/** Most inputs in one request. */
export const QUERY_ROWS = 1000;
/** Most bytes of one request's body. */
export const QUERY_BYTES = 16 * 2 ** 20;

/**
 * Whether inputs travel to the model as steps of the grid, a byte each, a quarter of float32: every value that is
 * admissible is then k / grid, k from 0 to grid.
 */
export function inSteps({
  grid,
  range: [low, high],
}: {
  grid: number | null;
  range: readonly [number, number];
}): boolean {
  return grid !== null && grid <= 255 && low >= 0 && high <= 1;
}

/** Rows [rows, ...shape] on their way to a model: float32 values, or a byte a value of what is `inSteps`. */
export type InputRows = Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** In answers: no valid output, or, of a randomised model, no class in more than half of its draws. */
export const NO_ANSWER = -1;

/** What a defense answered to the rows of a request, in their order. */
export interface QueryAnswers {
  /** [rows]: the class, NO_ANSWER where there is none. */
  labels: Int32Array<ArrayBuffer>;
  /** [rows, classes], null where the challenge answers with labels alone. */
  scores: Float32Array<ArrayBuffer> | null;
}

/** Answers as they travel from evaluator to site: the labels, then the scores, little-endian. */
export function encodeAnswers({ labels, scores }: QueryAnswers): Uint8Array {
  const bytes = new Uint8Array(labels.byteLength + (scores?.byteLength ?? 0));
  bytes.set(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
  if (scores) bytes.set(new Uint8Array(scores.buffer, scores.byteOffset, scores.byteLength), labels.byteLength);
  return bytes;
}

/** Reads what `encodeAnswers` wrote for `rows` rows of a model of `classes` classes. Throws on another length. */
export function decodeAnswers(bytes: Uint8Array, rows: number, classes: number): QueryAnswers {
  const [short, long] = [rows * 4, rows * 4 * (1 + classes)];
  if (bytes.length !== short && bytes.length !== long) throw new Error("answers of another length than was asked for");
  // Not slice(): of a Buffer it is a view of the same memory, at any offset.
  const { buffer } = new Uint8Array(bytes);
  const scores = bytes.length === long ? new Float32Array(buffer, short) : null;
  return { labels: new Int32Array(buffer, 0, rows), scores };
}
