import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DTYPES, type Dtype, widenHalf } from "#arrays/dtype.ts";
import { type NpyArray, readNpy, writeNpy } from "#arrays/npy.ts";
import { npyFile } from "#arrays/npy-reference.ts";

const fixtures = new URL("./fixtures/", import.meta.url);
const fixture = (name: string) => new Uint8Array(readFileSync(new URL(name, fixtures)));
const names = (pattern: RegExp) => readdirSync(fixtures).filter((name) => pattern.test(name));

function read(bytes: Uint8Array): NpyArray {
  const result = readNpy(bytes);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.array;
}

function codeOf(bytes: Uint8Array, maxElements?: number): string {
  const result = maxElements === undefined ? readNpy(bytes) : readNpy(bytes, { maxElements });
  return result.ok ? "ok" : result.problems.map((problem) => problem.code).join();
}

describe("files that NumPy wrote", () => {
  test.each(names(/^[lb_][fiu][1248]-(c|fortran)\.npy$/))(
    "%s is read in C order, whatever its bytes and order",
    (name) => {
      const array = read(fixture(name));
      expect(array.dtype).toBe(name.slice(1, 3));
      expect(array.shape).toEqual([2, 3, 2]);
      const step = array.dtype.startsWith("f") ? 1 / 8 : 1;
      expect(Array.from(array.data, Number)).toEqual(Array.from({ length: 12 }, (_, i) => i * step));
    },
  );

  test("scalars, one axis, no elements, and the wider headers of versions 2 and 3", () => {
    expect(read(fixture("scalar.npy"))).toMatchObject({ shape: [], data: new Float32Array([0]) });
    expect(read(fixture("one-axis.npy"))).toMatchObject({ shape: [3], data: new Float32Array([0, 1 / 8, 2 / 8]) });
    expect(read(fixture("empty.npy"))).toMatchObject({ shape: [0, 4], data: new Float32Array(0) });
    expect(read(fixture("version-2.npy"))).toEqual(read(fixture("lf4-c.npy")));
    expect(read(fixture("version-3.npy"))).toEqual(read(fixture("lf4-c.npy")));
  });

  test("half precision keeps zeros' signs, subnormals, the largest value, infinities and NaN", () => {
    const third = 0.333251953125;
    const values = [0, -0, 2 ** -24, 65504, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, third];
    expect(read(fixture("half-specials.npy")).data).toEqual(Float32Array.from(values));
  });

  test.each(names(/^refused-/))("%s is refused by that code, with a way to mend it", (name) => {
    const result = readNpy(fixture(name));
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect(result.problems.map((problem) => problem.code)).toEqual([name.slice("refused-".length, -".npy".length)]);
    expect(result.problems[0]!.fix).toBeTruthy();
  });
});

test("every half is widened to what the language itself makes of it", () => {
  const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i);
  expect(widenHalf(bits)).toEqual(new Float32Array([...new Float16Array(bits.buffer)]));
});

test("any dtype, shape, order and byte order reads back as the array that was written", () => {
  const dtypes = Object.keys(DTYPES).filter((dtype) => dtype !== "f2") as Exclude<Dtype, "f2">[];
  const arrays = fc.record({
    dtype: fc.constantFrom(...dtypes),
    shape: fc.array(fc.nat(4), { maxLength: 4 }),
    bigEndian: fc.boolean(),
    fortran: fc.boolean(),
    seed: fc.uint8Array({ minLength: 8, maxLength: 64 }),
  });
  fc.assert(
    fc.property(arrays, ({ dtype, shape, bigEndian, fortran, seed }) => {
      const count = shape.reduce((product, size) => product * size, 1);
      const { size, view: View } = DTYPES[dtype];
      const values = new View(Uint8Array.from({ length: count * size }, (_, i) => seed[i % seed.length]! + i).buffer);
      const array = read(npyFile({ dtype, shape, values, bigEndian, fortran }));
      expect(array).toEqual({ dtype, shape, data: values });
    }),
    { numRuns: 500 },
  );
});

test("a file that we write is the file that NumPy writes", () => {
  const written = writeNpy({ shape: [2, 3, 2], data: Float32Array.from({ length: 12 }, (_, i) => i / 8) });
  expect(written).toEqual(fixture("lf4-c.npy"));
  const whole = Array.from({ length: 12 }, (_, i) => i);
  expect(writeNpy({ shape: [2, 3, 2], data: BigInt64Array.from(whole, BigInt) })).toEqual(fixture("li8-c.npy"));
  expect(writeNpy({ shape: [2, 3, 2], data: Uint8Array.from(whole) })).toEqual(fixture("_u1-c.npy"));
});

test("the caller's bytes stay as they were, and the array does not share them", () => {
  const bytes = readFileSync(new URL("bf4-c.npy", fixtures));
  const before = Uint8Array.from(bytes);
  const array = read(bytes);
  expect(Uint8Array.from(bytes)).toEqual(before);
  bytes.fill(0);
  expect(array.data[1]).toBe(1 / 8);
});

const dict = (text: string) => npyFile({ header: text, dtype: "f4", shape: [2], values: new Float32Array(2) });

describe("headers", () => {
  test.each([
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
    "{'shape':(2,),'descr':'<f4','fortran_order':False}",
    '{"descr": "<f4", "fortran_order": False, "shape": (2,)}   \n',
    "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2,)}",
  ])("%s is read", (text) => expect(codeOf(dict(text))).toBe("ok"));

  test.each([
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2)}", "(2) is a number in Python"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2L,)}", "Python 2's long suffix"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", "a negative size"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2.0,)}", "a fraction"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (,)}", "a lone comma"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': ((2,),)}", "nesting"],
    ["{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", "a number for a truth value"],
    ["{'descr': '<f4', 'fortran_order': False}", "a key missing"],
    ["{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", "a key twice"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'extra': 1}", "a key too many"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} + exit()", "more than a dict"],
    ["{'descr': '<f4' 'fortran_order': False, 'shape': (2,)}", "a comma missing"],
    ["__import__('os').system('true')", "code"],
    ["", "nothing"],
  ])("%s is refused: %s", (text) => expect(codeOf(dict(text))).toBe("npy-header"));
});

describe("sizes", () => {
  const shaped = (shape: string) => dict(`{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}}`);
  test.each([
    ["(1000000000000000000,)", "npy-too-large"],
    ["(4294967296, 4294967296)", "npy-too-large"],
    ["(0, 1000000000000000000)", "npy-too-large"],
    [`(${"1, ".repeat(9)})`, "npy-rank"],
    ["(3,)", "npy-truncated"],
    ["(1,)", "npy-trailing-bytes"],
  ])("%s for two elements is %s", (shape, code) => expect(codeOf(shaped(shape))).toBe(code));

  test("the bound on elements is exact", () => {
    expect(codeOf(shaped("(2,)"), 2)).toBe("ok");
    expect(codeOf(shaped("(2,)"), 1)).toBe("npy-too-large");
  });

  test("every file cut short is refused as truncated or, within its magic, as no .npy file", () => {
    const whole = fixture("lf4-c.npy");
    for (let length = 0; length < whole.length; length++) {
      expect(codeOf(whole.subarray(0, length))).toBe(length < 6 ? "npy-magic" : "npy-truncated");
    }
  });
});
