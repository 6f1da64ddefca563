import fc from "fast-check";
import { expect, test } from "vitest";
import type { Arena } from "#contest/challenge.ts";
import { judgeRows } from "#evaluator/admit-attack.ts";

const N = 12;
const arena: Arena = {
  norm: "Linf",
  epsilon: 2 / 10,
  range: [0, 1],
  grid: 10,
  shape: [1, 1, 2],
  classes: 2,
  points: N,
};
const points = Float32Array.from({ length: N * 2 }, (_, i) => (i % 11) / 10);
const judged = (rows: { index: number; change: number }[]) => {
  const x = Float32Array.from(
    rows.flatMap(({ index, change }) => [0, 1].map((i) => (points[index * 2 + i] ?? 0) + change)),
  );
  return judgeRows({ arena, points, size: 2 }, { index: Int32Array.from(rows, (row) => row.index), x });
};

const file = fc.array(fc.record({ index: fc.integer({ min: -1, max: N }), change: fc.constantFrom(0, 0.03, -0.5) }), {
  maxLength: 20,
});

test("a row is kept exactly if its point exists, is named once, and is near; what is kept is sorted by point", () => {
  fc.assert(
    fc.property(file, (rows) => {
      const { faults, ...kept } = judged(rows);
      const reason = ({ index, change }: (typeof rows)[number]) => {
        if (index < 0 || index >= N) return "index-out-of-range";
        if (rows.filter((row) => row.index === index).length > 1) return "duplicate-index";
        const pair = [points[index * 2]! + change, points[index * 2 + 1]! + change].map((v) => Math.round(v * 10));
        if (pair.some((v) => v < 0 || v > 10)) return "out-of-range";
        return change === -0.5 ? "out-of-ball" : null;
      };
      const good = rows.filter((row) => reason(row) === null).toSorted((a, b) => a.index - b.index);
      expect([...kept.points]).toEqual(good.map((row) => row.index));
      expect([...kept.rows]).toEqual(good.flatMap(({ index }) => [...points.subarray(index * 2, index * 2 + 2)]));
      for (const rule of ["index-out-of-range", "duplicate-index", "out-of-range", "out-of-ball"] as const)
        expect(faults[rule]?.count ?? 0).toBe(rows.filter((row) => reason(row) === rule).length);
    }),
  );
});

test("the order of the rows in the file changes nothing of what is kept", () => {
  fc.assert(
    fc.property(file, (rows) => {
      const { faults: _, ...kept } = judged(rows);
      const { faults: __, ...again } = judged(rows.toReversed());
      expect(again).toEqual(kept);
    }),
  );
});

test("the report names the first ten rows of each rule, with their points and by how much", () => {
  const { faults } = judged([
    { index: 0, change: 0 },
    { index: 3, change: 0.3 },
    { index: 5, change: 0.3 },
  ]);
  expect(faults).toEqual({
    "out-of-ball": { count: 1, first: [{ row: 1, point: 3, by: 1 }] },
    "out-of-range": { count: 1, first: [{ row: 2, point: 5, by: 3 }] },
  });
  const { faults: many } = judged(Array.from({ length: N }, () => ({ index: 3, change: 0 })));
  expect(many["duplicate-index"]!.count).toBe(N);
  expect(many["duplicate-index"]!.first).toEqual(Array.from({ length: 10 }, (_, row) => ({ row, point: 3 })));
});
