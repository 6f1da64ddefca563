import { writeNpy } from "#arrays/npy.ts";
import { writeNpz } from "#arrays/npz-write.ts";
import type { RowFault } from "#contest/admissible.ts";

/** The clean points and the L-infinity threat model that the rows are made for. */
export interface CleanPoints {
  /** [count * prod(shape)] */
  x: Float32Array;
  count: number;
  shape: readonly number[];
  /** In input units, such as 76/255. */
  epsilon: number;
  grid: number | null;
  range: readonly [number, number];
}

/** Ten dark images with a few bright pixels, as MNIST's are; on a grid the values are its steps. */
export function cleanPoints(grid: number | null): CleanPoints {
  const pixel = (i: number) => (i % 3 === 0 ? (i * 37) % 256 : 0);
  const x = Float32Array.from({ length: 10 * 784 }, (_, i) => pixel(i) / 255);
  return { x, count: 10, shape: [1, 28, 28], epsilon: grid === null ? 0.1 : 76 / 255, grid, range: [0, 1] };
}

/** A readable file of four rows, for the points 0 to 3 unless its name says otherwise. */
export interface RowCase {
  name: string;
  /** "rejected" where no row is left that counts. */
  outcome: "scored" | "rejected";
  /** What is wrong with which row; the others are admissible. */
  faults: Partial<Record<number, RowFault["rule"]>>;
  bytes: Uint8Array<ArrayBuffer>;
}

const ROWS = 4;

/**
 * Files whose rows are judged one by one (design rule 3), made from the first four points. Needs at least four points
 * with, in each, a value that can move by `epsilon` inside the range and one that lies within `epsilon` of its edge.
 */
export function rowCases(points: CleanPoints): RowCase[] {
  const { grid, epsilon } = points;
  const only1 = (rule: RowFault["rule"]) => ({ 1: rule });
  const moved = (delta: number) => file(points, { change: (row) => moveInside(row, points, delta) });
  const ball: [string, number, RowCase["faults"]][] =
    grid === null
      ? [
          ["on the ball", epsilon, {}],
          ["5e-7 outside the ball, within the slack", epsilon + 5e-7, {}],
          ["2e-6 outside the ball", epsilon + 2e-6, only1("out-of-ball")],
        ]
      : [
          ["on the ball", epsilon, {}],
          ["a fraction of a step outside the ball, on it once rounded", epsilon + 0.4 / grid, {}],
          ["one grid step outside the ball", epsilon + 1 / grid, only1("out-of-ball")],
        ];
  const rowFiles: [string, RowCase["faults"], FileChange][] = [
    ["one step out of range", only1("out-of-range"), { change: (row) => leaveRange(row, points) }],
    ["NaN", only1("not-finite"), { change: (row) => void row.fill(Number.NaN, 5, 6) }],
    ["infinity", only1("not-finite"), { change: (row) => void row.fill(Number.POSITIVE_INFINITY, 0, 1) }],
    ["duplicate indices", { 1: "duplicate-index", 3: "duplicate-index" }, { index: [0, 1, 2, 1] }],
    ["an index beyond the points", only1("index-out-of-range"), { index: [0, points.count, 2, 3] }],
    ["a negative index", only1("index-out-of-range"), { index: [0, -1, 2, 3] }],
  ];
  const none: [string, RowFault["rule"], FileChange][] = [
    ["NaN in every row", "not-finite", { change: (row) => void row.fill(Number.NaN), every: true }],
    ["the same index in every row", "duplicate-index", { index: [2, 2, 2, 2] }],
  ];
  return [
    ...ball.map(([name, delta, faults]): RowCase => ({ name, outcome: "scored", faults, bytes: moved(delta) })),
    ...rowFiles.map(
      ([name, faults, change]): RowCase => ({ name, outcome: "scored", faults, bytes: file(points, change) }),
    ),
    ...none.map(([name, rule, change]): RowCase => {
      return { name, outcome: "rejected", faults: { 0: rule, 1: rule, 2: rule, 3: rule }, bytes: file(points, change) };
    }),
  ];
}

interface FileChange {
  /** Spoils row 1, or every row. */
  change?: (row: Float32Array) => void;
  every?: boolean;
  index?: number[];
}

/** An .npz of the first points with one thing wrong. Rows that share an index are copies of the point that they name. */
function file(
  points: CleanPoints,
  { change, every = false, index = [0, 1, 2, 3] }: FileChange,
): Uint8Array<ArrayBuffer> {
  const size = points.shape.reduce((product, length) => product * length, 1);
  const data = new Float32Array(ROWS * size);
  for (const [row, point] of index.entries()) {
    const from = point >= 0 && point < points.count ? point : row;
    data.set(points.x.subarray(from * size, (from + 1) * size), row * size);
    if (change && (every || row === 1)) change(data.subarray(row * size, (row + 1) * size));
  }
  const x_adv = writeNpy({ shape: [ROWS, ...points.shape], data });
  return writeNpz(
    { x_adv, index: writeNpy({ shape: [ROWS], data: BigInt64Array.from(index, BigInt) }) },
    { compress: true },
  );
}

/** Moves one value by `delta`, to the side on which it stays inside the range. */
function moveInside(row: Float32Array, { range: [low, high] }: CleanPoints, delta: number): void {
  const i = row.findIndex((value) => value + delta <= high || value - delta >= low);
  if (i < 0) throw new RangeError("no value can move that far inside the range");
  row[i] = row[i]! + delta <= high ? row[i]! + delta : row[i]! - delta;
}

/** Moves the value nearest to an edge of the range one step (or 0.001) past it, which keeps it inside the ball. */
function leaveRange(row: Float32Array, { range: [low, high], grid }: CleanPoints): void {
  const room = (value: number) => Math.min(value - low, high - value);
  let nearest = 0;
  for (let i = 1; i < row.length; i++) if (room(row[i]!) < room(row[nearest]!)) nearest = i;
  const step = grid === null ? 0.001 : 1 / grid;
  row[nearest] = row[nearest]! - low < high - row[nearest]! ? low - step : high + step;
}
