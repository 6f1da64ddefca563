import { createHash } from "node:crypto";

/** Whole numbers below 2^32 from a seed: SHA-256 in counter mode. */
export function* words(seed: string): Generator<number, never> {
  for (let counter = 0; ; counter++) {
    const block = createHash("sha256").update(`${seed}:${counter}`).digest();
    for (let at = 0; at < 32; at += 4) yield block.readUInt32LE(at);
  }
}

/** A permutation of 0..n-1 that follows from the seed (Fisher and Yates; multiply-shift instead of a biased modulo). */
export function shuffled(n: number, seed: string): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  const random = words(seed);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor((random.next().value / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
