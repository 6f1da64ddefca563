import fc from "fast-check";
import { expect, test } from "vitest";
import { Random, threefry } from "#evaluator/runner/attacks/random.ts";
import { moveInBox, stretchInBox } from "#evaluator/runner/kernels/box.ts";
import { euclideanChange, largestChange, scaleChange } from "#evaluator/runner/kernels/change.ts";
import { stepOntoPlane, walkBoundary } from "#evaluator/runner/kernels/plane.ts";

/** Four arrays of one length, few of which are a whole number of vectors; the first is inside [0, 1]. */
const arrays = fc.integer({ min: 1, max: 67 }).chain((length) => {
  const values = (min: number) =>
    fc
      .array(fc.double({ min, max: 1, noNaN: true }), { minLength: length, maxLength: length })
      .map((found) => Float32Array.from(found));
  return fc.tuple(values(0), values(-1), values(-1), values(-1));
});
const share = fc.double({ min: 0.01, max: 1, noNaN: true });
const range: [number, number] = [0, 1];
const cut = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
const inBox = (value: number, clean: number, radius: number) =>
  cut(value, Math.max(0, clean - radius), Math.min(1, clean + radius));

function expectClose(found: Float32Array, wanted: (i: number) => number): void {
  for (const [i, value] of found.entries()) expect(Math.abs(value - wanted(i))).toBeLessThan(2e-6);
}

test("a step in a box is the step that APGD's paper writes down, and a slope that is no number moves nothing", () => {
  fc.assert(
    fc.property(arrays, share, share, share, ([clean, start, previous, slopes], radius, step, blend) => {
      const x = start.map((value, i) => inBox(value, clean[i]!, radius));
      const gradient = slopes.map((value, i) => (i % 3 === 0 ? 0 : i % 7 === 1 ? Number.NaN : value));
      const into = new Float32Array(x.length);
      moveInBox(into, x, previous, gradient, { clean, radius, range }, step, blend);
      expectClose(into, (i) => {
        const aim = inBox(x[i]! + step * (Math.sign(gradient[i]!) || 0), clean[i]!, radius);
        return inBox(x[i]! + blend * (aim - x[i]!) + (1 - blend) * (x[i]! - previous[i]!), clean[i]!, radius);
      });
    }),
  );
});

test("changes are stretched to the radius, and where there are none the clean values stay", () => {
  fc.assert(
    fc.property(arrays, share, ([clean, change], radius) => {
      const x = Float32Array.from(change);
      const longest = Math.max(...change.map(Math.abs));
      stretchInBox(x, { clean, radius, range });
      const scale = longest > 0 ? radius / longest : 0;
      if (longest > 1e-30) expectClose(x, (i) => inBox(clean[i]! + change[i]! * scale, clean[i]!, radius));
    }),
  );
  const nothing = new Float32Array(5);
  stretchInBox(nothing, { clean: new Float32Array(5).fill(0.5), radius: 0.1, range });
  expect([...nothing]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
});

test("changes are measured without rounding, and scaled", () => {
  fc.assert(
    fc.property(arrays, share, ([from, x], kept) => {
      expect(largestChange(x, from)).toBe(Math.max(...Array.from(x, (value, i) => Math.abs(value - from[i]!))));
      const length = Math.hypot(...Array.from(x, (value, i) => value - from[i]!));
      expect(Math.abs(euclideanChange(x, from) - length)).toBeLessThan(1e-12 * (1 + length));
      const scaled = Float32Array.from(x);
      scaleChange(scaled, from, kept);
      expectClose(scaled, (i) => from[i]! + kept * (x[i]! - from[i]!));
    }),
  );
});

test("FAB's step is the one onto the plane, too far, and both ends of a pull are reached", () => {
  fc.assert(
    fc.property(arrays, fc.boolean(), share, share, ([clean, moved, w], even, rise, beyond) => {
      const x = clean.map((value, i) => cut(value + moved[i]! / 4, 0, 1));
      const away = clean.reduce((sum, value, i) => sum + w[i]! * (value - x[i]!), 0);
      const ends = [
        { from: x, gain: rise, length: 0 },
        { from: clean, gain: rise - away, length: 0 },
      ].map(({ from, gain }) => {
        const step = { size: 0, length: 0 };
        const into = new Float32Array(x.length);
        stepOntoPlane(into, from, w, gain, { even, range }, step);
        return {
          to: into.map((value, i) => from[i]! + beyond * (value - from[i]!)),
          length: Math.max(1e-8, step.length),
        };
      });
      const [here, there] = ends as [(typeof ends)[0], (typeof ends)[0]];
      for (const mostPull of [0, 1]) {
        const walked = Float32Array.from(x);
        const fresh = () => ({ size: 0, length: 0 });
        walkBoundary(walked, clean, w, rise, { even, range }, { here: fresh(), there: fresh(), beyond, mostPull });
        const pull = Math.min(mostPull, here.length / (here.length + there.length));
        for (const [i, value] of walked.entries())
          expect(Math.abs(value - cut((1 - pull) * here.to[i]! + pull * there.to[i]!, 0, 1))).toBeLessThan(1e-4);
      }
    }),
  );
});

test("a stream is the cipher of one counter after another, whoever asks for the words and how many at a time", () => {
  const key = Int32Array.of(0x13198a2e, 0x03707344);
  const expected = Array.from({ length: 40 }, (_, i) => {
    const block = Int32Array.of(i, 0);
    threefry(block, key[0]!, key[1]!);
    return [...new Uint32Array(block.buffer)];
  }).flat();
  const single = new Random(key);
  expect(expected.map(() => single.word())).toEqual(expected);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 21 }), { minLength: 1, maxLength: 4 }), (lengths) => {
      const random = new Random(key);
      let at = 0;
      for (const length of lengths) {
        const values = new Float32Array(length);
        random.fillUniform(values, -1, 3);
        for (const value of values) expect(Math.abs(value - (4 * (expected[at++]! / 2 ** 32) - 1))).toBeLessThan(1e-6);
        expect(random.word()).toBe(expected[at++]);
      }
    }),
  );
});
