import { expect, test } from "vitest";
import { readExamples } from "#arrays/examples.ts";
import type { Arena } from "#contest/challenge.ts";
import { judgeRows } from "#evaluator/admit-attack.ts";
import { type CleanPoints, cleanPoints, rowCases } from "./rows.ts";

const SIZE = 784;
const COUNT = 10;

function judged({ x, epsilon, grid }: CleanPoints, bytes: Uint8Array) {
  const read = readExamples(bytes, { count: COUNT, shape: [1, 28, 28], grid, maxBytes: 2 ** 20 });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const arena: Arena = { norm: "Linf", epsilon, range: [0, 1], grid, shape: [1, 28, 28], classes: 10, points: COUNT };
  return { read, ...judgeRows({ arena, points: x, size: SIZE }, { index: Int32Array.from(read.index), x: read.x }) };
}

const cases = [255, null].flatMap((grid) =>
  rowCases(cleanPoints(grid)).map((made) => ({ ...made, title: `${made.name}, grid ${grid}`, grid })),
);

test.each(cases)(
  "$title: exactly the rows named are inadmissible, by that rule, and the others are kept",
  ({ grid, faults, outcome, bytes }) => {
    const { read, points, rows, distances, ...file } = judged(cleanPoints(grid), bytes);
    const found = Object.entries(file.faults).flatMap(([rule, { count, first }]) => {
      expect(first).toHaveLength(count);
      return first.map(({ row }) => [row, rule] as const);
    });
    expect(Object.fromEntries(found)).toEqual(faults);
    expect(Array.from(points)).toEqual(Array.from(read.index).filter((_, row) => !(row in faults)));
    expect([rows.length, distances.length]).toEqual([points.length * SIZE, points.length]);
    expect(outcome).toBe(points.length === 0 ? "rejected" : "scored");
  },
);
