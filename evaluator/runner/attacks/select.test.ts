import fc from "fast-check";
import { expect, test } from "vitest";
import { largest } from "#evaluator/runner/attacks/select.ts";

test("the k-th largest is what sorting gives, with ties and infinities, for any k", () => {
  const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 45 }), (values, k) => {
      const sorted = values.toSorted((a, b) => b - a);
      const found = largest(Float64Array.from(values), k);
      expect(found === sorted[Math.min(k, values.length) - 1]).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("nothing is among the 0 largest", () => expect(largest(Float64Array.of(1, 2), 0)).toBe(Number.POSITIVE_INFINITY));
