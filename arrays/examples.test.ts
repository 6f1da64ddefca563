import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Dtype } from "#arrays/dtype.ts";
import { type Expected, readExamples } from "#arrays/examples.ts";
import { npyFile } from "#arrays/npy-reference.ts";
import { writeNpz } from "#arrays/npz-write.ts";

const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));
const gray: Expected = { count: 2, shape: [1, 2, 2], grid: 255, maxBytes: 4096 };
const color: Expected = { count: 2, shape: [3, 2, 2], grid: null, maxBytes: 4096 };

/** Pixel values that every dtype here holds exactly. */
const counted = (length: number) => Float32Array.from({ length }, (_, i) => i / 32);
const file = (shape: number[], values = counted(shape.reduce((product, size) => product * size, 1))) =>
  npyFile({ dtype: "f4", shape, values });
const indexFile = (points: number[], dtype: Dtype = "i8") => {
  const values = dtype === "i8" ? BigInt64Array.from(points, BigInt) : Float64Array.from(points);
  return npyFile({ dtype, shape: [points.length], values });
};
const archive = (members: Record<string, Uint8Array>) => writeNpz(members, { compress: true });

function read(bytes: Uint8Array, expected: Expected) {
  const result = readExamples(bytes, expected);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

function codeOf(bytes: Uint8Array, expected: Expected): string {
  const result = readExamples(bytes, expected);
  return result.ok ? "ok" : result.problems.map((problem) => problem.code).join();
}

describe("what people really have", () => {
  test("an .npy of one row per point needs no index", () => {
    const examples = read(file([2, 1, 2, 2]), gray);
    expect(examples).toMatchObject({ x: counted(8), dtype: "f4", exact: true, notes: [] });
    expect([...examples.index]).toEqual([0, 1]);
  });

  test.each(["savez.npz", "savez-compressed.npz", "piped.npz"])("NumPy's %s with its index", (name) => {
    expect([...read(fixture(name), gray).index]).toEqual([1, 0]);
  });

  test.each(["x_adv", "adv_complete", "arr_0"])("the examples may be called %s", (name) => {
    expect(read(archive({ [name]: file([2, 1, 2, 2]), y: indexFile([3, 4]) }), gray)).toMatchObject({
      x: counted(8),
      notes: ["Ignored: y.npy."],
    });
  });

  test("channels last is turned into the declared layout, with a note", () => {
    // Pixel p of example n in channel c holds 100n + 10c + p.
    const last = Float32Array.from(
      { length: 24 },
      (_, i) => 100 * Math.trunc(i / 12) + 10 * (i % 3) + (Math.trunc(i / 3) % 4),
    );
    const first = Float32Array.from(
      { length: 24 },
      (_, i) => 100 * Math.trunc(i / 12) + 10 * (Math.trunc(i / 4) % 3) + (i % 4),
    );
    const examples = read(file([2, 2, 2, 3], last), color);
    expect(examples.x).toEqual(first);
    expect(examples.notes).toEqual(["The examples were read channels last: [2, 2, 2, 3]."]);
  });

  test("flat rows, and gray images without their channel axis", () => {
    expect(read(file([2, 4]), gray).x).toEqual(counted(8));
    expect(read(file([2, 2, 2]), gray).x).toEqual(counted(8));
    expect(read(file([2, 12]), color).x).toEqual(counted(24));
  });

  test("where channels last has the declared sizes too, the declared layout is meant", () => {
    expect(read(file([2, 3, 3, 3]), { ...color, shape: [3, 3, 3] })).toMatchObject({ x: counted(54), notes: [] });
  });

  test("float64 is rounded to the nearest float32, and said so only where that changed a value", () => {
    const kept = npyFile({ dtype: "f8", shape: [2, 4], values: Float64Array.from(counted(8)) });
    expect(read(kept, gray)).toMatchObject({ x: counted(8), dtype: "f8", exact: true });
    const tenths = Float64Array.from({ length: 8 }, (_, i) => i / 10);
    const rounded = read(npyFile({ dtype: "f8", shape: [2, 1, 2, 2], values: tenths }), gray);
    expect(rounded).toMatchObject({ x: Float32Array.from(tenths), exact: false });
    expect(rounded.notes).toHaveLength(1);
  });

  test("uint8 pixels are steps of a 255 grid: value / 255 in float32", () => {
    const values = Uint8Array.from([0, 1, 2, 76, 127, 128, 254, 255]);
    const examples = read(npyFile({ dtype: "u1", shape: [2, 1, 2, 2], values }), gray);
    expect(examples.x).toEqual(Float32Array.from(values, (value) => value / 255));
  });

  test("rows that are not finite come through: they are judged one by one", () => {
    const values = Float32Array.from([Number.NaN, 0, 0, 0, Number.NEGATIVE_INFINITY, 0, 0, 0]);
    expect(read(file([2, 1, 2, 2], values), gray).x).toEqual(values);
  });
});

describe("the index", () => {
  const examples = (points: number[], dtype?: Dtype) =>
    archive({ x_adv: file([points.length, 1, 2, 2]), index: indexFile(points, dtype) });

  test("fewer rows than points, in any order", () => {
    expect(read(examples([1]), gray)).toMatchObject({ index: Int32Array.from([1]), duplicates: [], outOfRange: [] });
  });

  test("every row of a point that is named twice is a duplicate", () => {
    expect(read(examples([1, 0, 1, 1]), gray)).toMatchObject({ duplicates: [0, 2, 3], outOfRange: [] });
  });

  test("points that do not exist are out of range, never wrapped around, and no duplicates of each other", () => {
    const huge = Number(2n ** 32n);
    expect(read(examples([2, -1, 0, huge, huge]), gray)).toMatchObject({
      index: Int32Array.from([-1, -1, 0, -1, -1]),
      duplicates: [],
      outOfRange: [0, 1, 3, 4],
    });
  });

  test("an index of fractions, of another length or shape is refused", () => {
    expect(codeOf(examples([0, 1], "f8"), gray)).toBe("examples-index");
    expect(codeOf(archive({ x_adv: file([2, 4]), index: indexFile([0]) }), gray)).toBe("examples-index");
    const column = npyFile({ dtype: "u1", shape: [2, 1], values: Uint8Array.from([0, 1]) });
    expect(codeOf(archive({ x_adv: file([2, 4]), index: column }), gray)).toBe("examples-index");
  });
});

describe("refused whole", () => {
  const pixels = (dtype: "u1" | "i4") =>
    npyFile({ dtype, shape: [2, 4], values: dtype === "u1" ? new Uint8Array(8) : new Int32Array(8) });
  test.each<[string, string, Uint8Array, Expected]>([
    ["rows that are not the points", "examples-row-count", file([3, 1, 2, 2]), gray],
    ["no rows", "examples-empty", file([0, 1, 2, 2]), gray],
    ["another shape", "examples-shape", file([2, 1, 2, 3]), gray],
    ["one example without its batch axis", "examples-shape", file([8]), gray],
    ["uint8 without a grid", "examples-integers", pixels("u1"), { ...color, shape: [1, 2, 2] }],
    ["uint8 on another grid", "examples-integers", pixels("u1"), { ...gray, grid: 15 }],
    ["int32", "examples-integers", pixels("i4"), gray],
    [
      "two names for the examples",
      "examples-not-one-array",
      archive({ x_adv: file([2, 4]), arr_0: file([2, 4]) }),
      gray,
    ],
    ["no examples", "examples-not-one-array", archive({ adversarial: file([2, 4]) }), gray],
    ["an empty file", "examples-format", new Uint8Array(0), gray],
    ["a file of text", "examples-format", new TextEncoder().encode("1,2,3"), gray],
    ["a file over the limit", "examples-too-large", file([2, 4]), { ...gray, maxBytes: 100 }],
  ])("%s: %s", (_, code, bytes, expected) => expect(codeOf(bytes, expected)).toBe(code));
});
