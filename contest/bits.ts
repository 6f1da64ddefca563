/**
 * One bit per point, point i at bit (i mod 8) of byte (i div 8). In a standing and in an evaluation 1 means "answered
 * rightly or not attacked", so that a new result is one AND and one popcount. Bits past the last point stay 0.
 */
export type Bits = Uint8Array<ArrayBuffer>;

/** `n` bits, all 1. */
export function allOnes(n: number): Bits {
  const bits = new Uint8Array((n + 7) >> 3).fill(255);
  if (n & 7) bits[bits.length - 1] = (1 << (n & 7)) - 1;
  return bits;
}

export function getBit(bits: Uint8Array, i: number): boolean {
  return ((bits[i >> 3]! >> (i & 7)) & 1) === 1;
}

export function setBit(bits: Uint8Array, i: number, value: boolean): void {
  if (value) bits[i >> 3]! |= 1 << (i & 7);
  else bits[i >> 3]! &= ~(1 << (i & 7));
}

/** Throws on different lengths: bits of different challenges never mix. */
function combine(a: Uint8Array, b: Uint8Array, op: (x: number, y: number) => number): Bits {
  if (a.length !== b.length) throw new Error(`bits of different lengths: ${a.length} and ${b.length} bytes`);
  return Uint8Array.from(a, (x, i) => op(x, b[i]!));
}

export const and = (a: Uint8Array, b: Uint8Array): Bits => combine(a, b, (x, y) => x & y);
export const or = (a: Uint8Array, b: Uint8Array): Bits => combine(a, b, (x, y) => x | y);
/** Bits of `a` that `b` lacks. */
export const minus = (a: Uint8Array, b: Uint8Array): Bits => combine(a, b, (x, y) => x & ~y);

/** How many bits are 1. */
export function popcount(bits: Uint8Array): number {
  let count = 0;
  for (let byte of bits) for (; byte; byte &= byte - 1) count++;
  return count;
}

/** The positions of the 1 bits, ascending. */
export function onesOf(bits: Uint8Array): number[] {
  const ones: number[] = [];
  for (let i = 0; i < bits.length * 8; i++) if (getBit(bits, i)) ones.push(i);
  return ones;
}
