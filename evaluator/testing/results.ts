import type { Evaluation } from "#store/generated/client.ts";

/** The class answered per point, as an evaluation stores it. */
export function answersOf({ answers }: Pick<Evaluation, "answers">): number[] {
  return Array.from(new Uint16Array(new Uint8Array(answers!).buffer));
}

/** The points whose bit is 1, of `n`. */
export function pointsWithBit(bits: Uint8Array, n: number): number[] {
  return Array.from({ length: n }, (_, i) => i).filter((i) => (bits[i >> 3]! >> (i & 7)) & 1);
}
