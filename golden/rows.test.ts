import { expect, test } from "vitest";
import { readExamples } from "#arrays/examples.ts";
import { judgeRow, type RowFault } from "#contest/admissible.ts";
import { type CleanPoints, rowCases } from "./rows.ts";

const SIZE = 784;

/** Dark images with a few bright pixels, as MNIST's are; on a grid the values are its steps. */
function cleanPoints(grid: number | null): CleanPoints {
  const pixel = (i: number) => (i % 3 === 0 ? (i * 37) % 256 : 0);
  const x = Float32Array.from({ length: 10 * SIZE }, (_, i) => pixel(i) / 255);
  return { x, count: 10, shape: [1, 28, 28], epsilon: grid === null ? 0.1 : 76 / 255, grid, range: [0, 1] };
}

const cases = [255, null].flatMap((grid) =>
  rowCases(cleanPoints(grid)).map((made) => ({ ...made, title: `${made.name}, grid ${grid}`, grid })),
);

test.each(cases)(
  "$title: exactly the rows named are inadmissible, by that rule",
  ({ grid, faults, outcome, bytes }) => {
    const points = cleanPoints(grid);
    const read = readExamples(bytes, { count: points.count, shape: points.shape, grid, maxBytes: 2 ** 20 });
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const arena = { norm: "Linf" as const, epsilon: points.epsilon, range: [0, 1] as [number, number], grid };
    const found: Record<number, RowFault["rule"]> = {};
    for (const row of read.duplicates) found[row] = "duplicate-index";
    for (const row of read.outOfRange) found[row] = "index-out-of-range";
    for (const [row, point] of read.index.entries()) {
      if (row in found) continue;
      const clean = points.x.subarray(point * SIZE, (point + 1) * SIZE);
      const adversarial = read.x.subarray(row * SIZE, (row + 1) * SIZE);
      const verdict = judgeRow(adversarial, clean, { ...arena, shape: [...points.shape], classes: 10, points: 10 });
      if (!verdict.admissible) found[row] = verdict.fault.rule;
    }
    expect(found).toEqual(faults);
    expect(outcome).toBe(Object.keys(found).length === read.index.length ? "rejected" : "scored");
  },
);
