import fc from "fast-check";
import { expect, test } from "vitest";
import { allOnes, and, getBit, minus, onesOf, or, popcount, setBit } from "#contest/bits.ts";

/** A number of points and two sets of them. */
const twoSets = fc.integer({ min: 0, max: 70 }).chain((n) => {
  const set = fc.uniqueArray(fc.integer({ min: 0, max: Math.max(0, n - 1) }), { maxLength: n });
  return fc.tuple(fc.constant(n), set, set);
});

function bitsOf(n: number, ones: number[]) {
  const bits = allOnes(n);
  for (let i = 0; i < n; i++) setBit(bits, i, ones.includes(i));
  return bits;
}

const ascending = (set: Set<number>) => [...set].sort((a, b) => a - b);

test("and, or and minus are intersection, union and difference; popcount is the size", () => {
  fc.assert(
    fc.property(twoSets, ([n, a, b]) => {
      const [x, y] = [bitsOf(n, a), bitsOf(n, b)];
      const [left, right] = [new Set(a), new Set(b)];
      expect(onesOf(and(x, y))).toEqual(ascending(left.intersection(right)));
      expect(onesOf(or(x, y))).toEqual(ascending(left.union(right)));
      expect(onesOf(minus(x, y))).toEqual(ascending(left.difference(right)));
      expect(popcount(x)).toBe(left.size);
      for (let i = 0; i < n; i++) expect(getBit(x, i)).toBe(left.has(i));
    }),
  );
});

test("all ones are n ones, and bits past the last point are 0", () => {
  for (let n = 0; n < 40; n++) {
    expect(onesOf(allOnes(n))).toEqual(Array.from({ length: n }, (_, i) => i));
    expect(allOnes(n).length).toBe(Math.ceil(n / 8));
  }
});

test("setting a bit leaves the others alone", () => {
  const bits = new Uint8Array(3);
  setBit(bits, 9, true);
  setBit(bits, 15, true);
  setBit(bits, 9, false);
  expect([...bits]).toEqual([0, 128, 0]);
});

test("bits of different lengths never mix", () => {
  for (const mix of [and, or, minus]) expect(() => mix(allOnes(8), allOnes(9))).toThrow("different lengths");
});
