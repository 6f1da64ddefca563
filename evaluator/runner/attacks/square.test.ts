import { describe, expect, test } from "vitest";
import type { Task } from "#evaluator/runner/attacks/attack.ts";
import { lengthOf } from "#evaluator/runner/attacks/norms.ts";
import { runAttack } from "#evaluator/runner/attacks/pool.ts";
import { streamOf } from "#evaluator/runner/attacks/random.ts";
import { square } from "#evaluator/runner/attacks/square.ts";
import { moveEnergy, tiles } from "#evaluator/runner/attacks/square-energy.ts";
import { arenaOf } from "#evaluator/runner/attacks/testing/arenas.ts";
import { oracleOf, type ToyModel } from "#evaluator/runner/attacks/testing/toy-models.ts";

const SIDE = 20;
/** Two channels of 20 x 20, all grey, so that nothing is cut by the range. */
const task = (norm: "Linf" | "L2" | "L1", point: number, epsilon = 1): Task => ({
  ...{ point, label: 0, cleanLogits: Float32Array.of(1, 0), starts: [], random: streamOf("square", norm, point) },
  clean: new Float32Array(2 * SIDE * SIDE).fill(0.5),
  arena: arenaOf(norm, null, { shape: [2, SIDE, SIDE], classes: 2, epsilon }),
});

/** The places in the first channel at which `differs` holds, as the smallest rectangle around them. */
function box(differs: (i: number) => boolean): { height: number; width: number; count: number } {
  const places = Array.from({ length: SIDE * SIDE }, (_, i) => i).filter(differs);
  const [rows, columns] = [places.map((i) => Math.floor(i / SIDE)), places.map((i) => i % SIDE)];
  const extent = (values: number[]) => (values.length ? Math.max(...values) - Math.min(...values) + 1 : 0);
  return { height: extent(rows), width: extent(columns), count: places.length };
}

/** What Square asks a model that gets worse with every question, so that each change is kept. */
async function asked(norm: "Linf" | "L2" | "L1", queries: number, epsilon: number): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  const worse: ToyModel = {
    ...{ size: 2 * SIDE * SIDE, classes: 2, slope: (x) => new Float64Array(x.length) },
    scores(x) {
      rows.push(Float32Array.from(x));
      return Float64Array.of(1000 - rows.length, 0);
    },
  };
  await runAttack(square({ queries }), [task(norm, 0, epsilon)], oracleOf(worse, 1));
  return rows;
}

test("Linf starts with stripes one pixel wide at the ball's ends, and paints squares of 80 % of the image", async () => {
  const [start, ...rest] = await asked("Linf", 10, 0.1);
  expect(new Set(Array.from(start!, (v) => Math.round(10 * v)))).toEqual(new Set([4, 6]));
  for (let i = SIDE; i < SIDE * SIDE; i++) expect(start![i]).toBe(start![i - SIDE]);
  expect(new Set(start!.subarray(0, SIDE)).size).toBe(2);
  for (const [k, row] of rest.entries()) {
    const before = k === 0 ? start! : rest[k - 1]!;
    const { height, width } = box((i) => row[i] !== before[i]);
    // sqrt(0.8 * 400) is 17.9; what is painted in the colour that was there does not differ.
    expect(Math.max(height, width)).toBeLessThanOrEqual(18);
  }
  const last = rest.at(-1)!;
  expect(box((i) => last[i] === last[9 * SIDE + 9]).count).toBeGreaterThan(100);
});

describe.each(["L2", "L1"] as const)("%s", (norm) => {
  test("starts with 25 tiles that cover the image, at the ball's rim", () => {
    const one = task(norm, 0);
    const x = tiles(one);
    expect(lengthOf(norm, x, one.clean)).toBeCloseTo(1, 4);
    expect(box((i) => x[i] !== 0.5).count).toBe(SIDE * SIDE);
    const sign = (row: number, column: number) => Math.sign(x[row * SIDE + column]! - 0.5);
    // A tile's two peaks have opposite signs: its four corners pairwise, and opposite corners always.
    for (const [row, column] of [
      [0, 0],
      [0, 4],
      [8, 16],
    ] as const) {
      expect(sign(row + 1, column + 1)).toBe(sign(row, column));
      expect(sign(row + 3, column + 3)).toBe(-sign(row, column));
    }
  });

  test("a step empties one square, adds the pattern to what is in another, and goes back to the rim", () => {
    const emptied = new Set<number>();
    let kept = 0;
    for (let point = 0; point < 20; point++) {
      const one = task(norm, point);
      const before = one.clean.map((v) => v + (norm === "L2" ? Math.SQRT1_2 / SIDE : 0.5 / SIDE / SIDE));
      const x = Float32Array.from(before);
      moveEnergy(x, one, 0.04);
      expect(lengthOf(norm, x, one.clean)).toBeCloseTo(1, 3);
      // sqrt(0.04 * 400) is 4, made odd: 5. What stayed is the same everywhere, but for the stretching.
      const stayed = x[SIDE * SIDE - 1] === 0.5 ? x[0]! : x[SIDE * SIDE - 1]!;
      const empty = box((i) => x[i] === 0.5);
      const moved = box((i) => Math.abs(x[i]! - stayed) > 1e-7 && x[i] !== 0.5);
      expect([empty.height <= 5, empty.width <= 5, moved.height <= 5, moved.width <= 5]).toEqual([
        true,
        true,
        true,
        true,
      ]);
      expect(moved.count).toBeGreaterThan(0);
      emptied.add(empty.count);
      for (const [i, value] of x.entries())
        if (before[i]! > 0.5 && value !== 0.5 && value !== stayed) kept += value - 0.5;
    }
    // The pattern's signs even out over twenty steps; what was there before, all of it upwards, does not.
    expect(kept).toBeGreaterThan(0.5);
    expect(Math.max(...emptied)).toBe(25);
  });
});
