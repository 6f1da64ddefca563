import fc from "fast-check";
import { expect, test } from "vitest";
import { type InputsExpected, readInputs } from "#arrays/inputs.ts";
import { writeNpy } from "#arrays/npy.ts";

const SIZE = 12;
const expected: InputsExpected = { shape: [2, 2, 3], range: [0, 1], grid: 255, maxRows: 9, steps: false };

/** The values that are judged, or the codes of why there are none. */
function read(bytes: Uint8Array, over: Partial<InputsExpected> = {}) {
  const asked = { ...expected, ...over };
  const result = readInputs(bytes, asked);
  if (!result.ok) return result.problems.map(({ code }) => code);
  return Array.from(result.x, (value) => (asked.steps ? Math.fround(value / asked.grid!) : value));
}

test("steps stand for the values that are judged, whatever layout and type they came in", () => {
  const shapes = fc.constantFrom([2, 2, 3], [2, 3, 2], [SIZE]);
  const pixels = fc.uint8Array({ minLength: 3 * SIZE, maxLength: 3 * SIZE });
  const values = fc.float32Array({ minLength: 3 * SIZE, maxLength: 3 * SIZE, min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(shapes, fc.oneof(pixels, values), fc.constantFrom(1, 7, 255), (shape, drawn, grid) => {
      const data = drawn instanceof Uint8Array ? Uint8Array.from(drawn) : Float32Array.from(drawn);
      const bytes = writeNpy({ shape: [3, ...shape], data });
      expect(read(bytes, { grid, steps: true })).toEqual(read(bytes, { grid }));
    }),
  );
});

test("values off the grid are rounded to it, and none outside of the range becomes a step", () => {
  const of = (value: number) => writeNpy({ shape: [1, SIZE], data: new Float32Array(SIZE).fill(value) });
  for (const steps of [false, true]) {
    expect(read(of(0.5001), { steps })[0]).toBe(Math.fround(128 / 255));
    expect(read(of(-0), { steps })[0]).toBe(0);
    for (const value of [-0.01, 1.01, 2, -1]) expect(read(of(value), { steps })).toEqual(["inputs-out-of-range"]);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(read(of(value), { steps })).toEqual(["inputs-not-finite"]);
  }
  const dark = writeNpy({ shape: [1, SIZE], data: new Uint8Array(SIZE).fill(20) });
  expect(read(dark, { steps: true, range: [0.5, 1] })).toEqual(["inputs-out-of-range"]);
});
