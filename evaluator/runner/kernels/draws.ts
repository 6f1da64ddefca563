import { loops, placeFor, put, take, words } from "#evaluator/runner/kernels/memory.ts";

/** A cipher's blocks are computed so many at a time, */
export const BLOCKS = 4;
/** and give so many words. A counter that began as a multiple of BLOCKS may go on beyond 2^32. */
export const WORDS = 8;
const BITS = 32;

const carryOf = (counter: number) => Math.floor(counter / 2 ** 32);

/** The words of the blocks from `counter` on. */
export function drawWords(into: Int32Array, key: Int32Array, counter: number): void {
  loops.drawWords(0, key[0]!, key[1]!, counter, carryOf(counter));
  for (let k = 0; k < WORDS; k++) into[k] = words[k]!;
}

/** The values after `from`: uniform in [low, low + width], as float32 has them, a word of the blocks from `counter` on each. */
export function drawUniform(
  into: Float32Array,
  from: number,
  key: Int32Array,
  counter: number,
  low: number,
  width: number,
): void {
  const place = placeFor(0, into.length);
  loops.drawUniform(place, into.length - from, key[0]!, key[1]!, counter, carryOf(counter), low, width);
  take(0, into, from);
}

/**
 * Rows [rows, size] of `clean` with each value moved up or down, as a random bit of its own says, by its part of one of
 * `moves` (each [size]; rows take turns), cut at the range. Gives the counter to go on with.
 */
export function drawSigned(
  into: Float32Array,
  key: Int32Array,
  counter: number,
  clean: Float32Array,
  moves: Float32Array[],
  [low, high]: [number, number],
): number {
  const size = clean.length;
  const [row, middle] = [placeFor(0, size), put(1, clean)];
  const places = moves.map((each, k) => put(2 + k, each));
  let at = counter;
  for (let from = 0, k = 0; from < into.length; from += size, k = (k + 1) % places.length) {
    loops.drawSigned(row, middle, places[k]!, size, key[0]!, key[1]!, at, carryOf(at), low, high);
    take(0, into.subarray(from, from + size));
    at += BLOCKS * Math.ceil(size / (WORDS * BITS));
  }
  return at;
}
