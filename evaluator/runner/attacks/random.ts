// Threefry-2x32: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011,
// https://doi.org/10.1145/2063384.2063405

import { BLOCKS, drawSigned, drawUniform, drawWords, WORDS } from "#evaluator/runner/kernels/draws.ts";

const PARITY = 0x1bd11bda;
/** Groups of four rounds. 20 rounds pass BigCrush with a wide margin (the paper's choice); 13 are the fewest that pass. */
const GROUPS = 5;

const rotate = (word: number, by: number) => (word << by) | (word >>> (32 - by));

/** The block function, 20 rounds: encrypts the counter `block` (two words) in place under the key (k0, k1). */
export function threefry(block: Int32Array, k0: number, k1: number): void {
  let [key, next, last] = [k0, k1, PARITY ^ k0 ^ k1];
  let x = (block[0]! + key) | 0;
  let y = (block[1]! + next) | 0;
  for (let group = 0; group < GROUPS; group++) {
    const odd = (group & 1) === 1;
    x = (x + y) | 0;
    y = rotate(y, odd ? 17 : 13) ^ x;
    x = (x + y) | 0;
    y = rotate(y, odd ? 29 : 15) ^ x;
    x = (x + y) | 0;
    y = rotate(y, odd ? 16 : 26) ^ x;
    x = (x + y) | 0;
    y = rotate(y, odd ? 24 : 6) ^ x;
    const first = key;
    key = next;
    next = last;
    last = first;
    x = (x + key) | 0;
    y = (y + next + group + 1) | 0;
  }
  block[0] = x;
  block[1] = y;
}

/**
 * A stream of random numbers that follows from its 64-bit key alone: draw i is the cipher of counter i, so streams of
 * different keys are independent and nothing is shared between points, attacks or runs.
 */
export class Random {
  private readonly key: Int32Array;
  private readonly words = new Int32Array(WORDS);
  private next = WORDS;
  private counter: number;

  /** `counter` is the block of two words to begin with. */
  constructor(key: Int32Array, counter = 0) {
    this.key = key;
    this.counter = counter;
  }

  /** 32 random bits, from 0 to 2^32 - 1. */
  word(): number {
    if (this.next === WORDS) this.goTo(this.counter, 0);
    return this.words[this.next++]! >>> 0;
  }

  /** Goes on at word `next` of the blocks from `counter` on. */
  private goTo(counter: number, next: number): void {
    drawWords(this.words, this.key, counter);
    this.counter = counter + BLOCKS;
    this.next = next;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.word() / 2 ** 32;
  }

  /** A whole number from 0 to n - 1. */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  sign(): 1 | -1 {
    return this.word() & 1 ? 1 : -1;
  }

  /** Uniform in [low, high]. */
  fillUniform(into: Float32Array, low: number, high: number): void {
    let from = 0;
    while (this.next < WORDS && from < into.length) into[from++] = low + (high - low) * this.uniform();
    const count = into.length - from;
    drawUniform(into, from, this.key, this.counter, low, high - low);
    this.counter += BLOCKS * Math.floor(count / WORDS);
    if (count % WORDS > 0) this.goTo(this.counter, count % WORDS);
  }

  /** Standard normal draws (Box and Muller, 1958), in pairs: the second of an odd one is dropped. */
  fillNormal(into: Float32Array): void {
    for (let i = 0; i < into.length; i += 2) {
      const radius = Math.sqrt(-2 * Math.log((this.word() + 1) / 2 ** 32));
      const angle = 2 * Math.PI * this.uniform();
      into[i] = radius * Math.cos(angle);
      if (i + 1 < into.length) into[i + 1] = radius * Math.sin(angle);
    }
  }

  /**
   * Rows of `clean`, each value moved up or down, by one random bit, by its part of one of `moves`, cut at the range. Rows
   * take the moves in turns. Words that are left of the blocks begun are not used.
   */
  fillSigned(rows: Float32Array, clean: Float32Array, moves: Float32Array[], range: [number, number]): void {
    this.counter = drawSigned(rows, this.key, this.counter, clean, moves, range);
    this.next = WORDS;
  }

  /** Each value `size` or `-size`, one random bit each. */
  fillSigns(into: Float32Array, size: number): void {
    let bits = 0;
    for (let i = 0; i < into.length; i++) {
      bits = (i & 31) === 0 ? this.word() : bits >>> 1;
      into[i] = bits & 1 ? size : -size;
    }
  }
}

/** The stream of one attack on one point: its key is a hash of the three, made of the same cipher. */
export function streamOf(seed: string, attack: string, point: number): Random {
  const key = new Int32Array(2);
  const bytes = new TextEncoder().encode(`${seed}\n${attack}\n${point}`);
  for (let at = 0; at < bytes.length; at += 4) {
    const [k0, k1] = key as unknown as [number, number];
    for (let i = 0; i < 4; i++) key[0]! ^= (bytes[at + i] ?? 0) << (8 * i);
    key[1]! ^= bytes.length;
    threefry(key, k0, k1);
  }
  return new Random(key);
}
