import fc from "fast-check";
import { expect, test } from "vitest";
import type { Distance } from "#contest/admissible.ts";
import type { Arena } from "#contest/challenge.ts";
import { describeDistances } from "#evaluator/distances.ts";

const arena: Arena = { norm: "Linf", epsilon: 0.2, range: [0, 1], grid: null, shape: [1, 1, 4], classes: 2, points: 9 };
const far = (linf: number): Distance => ({ linf, l2: 2 * linf, l1: 3 * linf, l0: Math.round(100 * linf) });

test("every row is in one bin, and the bins reach from 0 to the radius", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 0.2 + 1e-6, noNaN: true })), (all) => {
      const { histogram } = describeDistances(all.map(far), arena);
      expect(histogram.counts.reduce((a, b) => a + b)).toBe(all.length);
      expect(histogram.edges).toHaveLength(histogram.counts.length + 1);
      expect([histogram.edges[0], histogram.edges.at(-1)]).toEqual([0, 0.2]);
    }),
  );
});

test("a bin holds its upper edge; 0 and what the slack lets through are in the first and the last", () => {
  const { counts } = describeDistances([0, 0.01, 0.010001, 0.07, 0.1, 0.19, 0.2, 0.2 + 9e-7].map(far), arena).histogram;
  expect(Object.entries(counts).filter(([, count]) => count > 0)).toEqual([
    ["0", 2],
    ["1", 1],
    ["6", 1],
    ["9", 1],
    ["18", 1],
    ["19", 2],
  ]);
});

test("quantiles are of each norm, whatever order the rows have", () => {
  const { quantiles } = describeDistances([0.04, 0, 0.02, 0.01, 0.03].map(far), arena);
  expect(quantiles.linf).toEqual([0, 0.01, 0.02, 0.03, 0.04]);
  expect(quantiles.l2).toEqual([0, 0.02, 0.04, 0.06, 0.08]);
  expect(quantiles.l0).toEqual([0, 1, 2, 3, 4]);
});

test("the histogram is of the challenge's own norm", () => {
  const { histogram } = describeDistances([far(0.05)], { ...arena, norm: "L0", epsilon: 20 });
  expect(histogram.norm).toBe("L0");
  expect(histogram.counts.indexOf(1)).toBe(4);
});
