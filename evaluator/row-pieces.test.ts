import fc from "fast-check";
import { expect, test } from "vitest";
import { rowPieces } from "#evaluator/row-pieces.ts";

const chosen = fc
  .tuple(fc.integer({ min: 1, max: 50 }), fc.constantFrom(1, 7, 784, 150_528, 300_000))
  .chain(([rows, size]) =>
    fc.record({ size: fc.constant(size), rows: fc.constant(rows), places: fc.array(fc.nat(rows - 1)) }),
  );

test("pieces put together are the rows asked for, in their order, and none is larger than a mebibyte or one row", () => {
  fc.assert(
    fc.property(chosen, ({ size, rows, places }) => {
      const values = Float32Array.from({ length: rows * size }, (_, i) => i);
      const pieces = Array.from(rowPieces(values, places, size), (piece) => piece.slice());
      const together = new Float32Array(new Uint8Array(Buffer.concat(pieces)).buffer);
      expect(together.length).toBe(places.length * size);
      for (const [row, place] of places.entries()) {
        expect(together[row * size]).toBe(place * size);
        expect(together[(row + 1) * size - 1]).toBe((place + 1) * size - 1);
      }
      for (const { length } of pieces) expect(length).toBeLessThanOrEqual(Math.max(2 ** 20, 4 * size));
    }),
    { numRuns: 30 },
  );
});
