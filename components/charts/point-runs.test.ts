import fc from "fast-check";
import { expect, test } from "vitest";
import { mapRuns, pointRanges } from "#components/charts/point-runs.ts";

test("the runs cover exactly the cells of their kind, and none leaves its row", () => {
  const points = fc.uint8Array({ min: 0, max: 2, maxLength: 200 });
  fc.assert(
    fc.property(points, fc.integer({ min: 1, max: 20 }), (points, columns) => {
      const covered = new Set<number>();
      for (const [, x, y, length] of mapRuns(points, 1, columns).matchAll(/M([\d.]+) ([\d.]+)h([\d.]+)/g)) {
        const first = Math.floor(Number(x));
        const last = Math.floor(Number(x) + Number(length));
        expect(last).toBeLessThan(columns);
        for (let column = first; column <= last; column++) covered.add(Math.floor(Number(y)) * columns + column);
      }
      expect(covered).toEqual(new Set([...points.keys()].filter((i) => points[i] === 1)));
    }),
  );
});

test("the ranges name exactly the points of their kind, each once", () => {
  fc.assert(
    fc.property(fc.uint8Array({ min: 0, max: 2, maxLength: 200 }), (points) => {
      const named = pointRanges(points, 1)
        .split(", ")
        .filter((range) => range !== "")
        .flatMap((range) => {
          const [from, to = from] = range.split("–").map(Number);
          return Array.from({ length: to! - from! + 1 }, (_, i) => from! + i);
        });
      expect(named).toEqual([...points.keys()].filter((i) => points[i] === 1));
    }),
  );
  expect(pointRanges(Uint8Array.of(1, 1, 0, 1), 1)).toBe("0–1, 3");
});
