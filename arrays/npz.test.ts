import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc32 } from "#arrays/crc32.ts";
import { writeNpy } from "#arrays/npy.ts";
import { readNpz } from "#arrays/npz.ts";
import { writeNpz } from "#arrays/npz-write.ts";

const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));
const x = { shape: [2, 1, 2, 2], data: Float32Array.from({ length: 8 }, (_, i) => i / 8) };
const index = { shape: [2], data: BigInt64Array.from([1n, 0n]) };

test("CRC-32 is the one of the zip format (its published check value)", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

describe("archives that others wrote", () => {
  test.each(["savez.npz", "savez-compressed.npz", "piped.npz", "zipped-by-hand.npz"])("%s is read", (name) => {
    const result = readNpz(fixture(name), ["x_adv", "index"]);
    expect(result).toMatchObject({ ok: true, ignored: [] });
    if (!result.ok) return;
    expect(result.arrays.get("x_adv")).toEqual({ dtype: "f4", ...x });
    expect(result.arrays.get("index")).toEqual({ dtype: "i8", ...index });
  });

  test("only wanted members are opened; the others are listed, the absent ones missing", () => {
    const result = readNpz(fixture("savez.npz"), ["index", "y"]);
    expect(result).toMatchObject({ ok: true, ignored: ["x_adv.npy"] });
    expect(result.ok && [...result.arrays.keys()]).toEqual(["index"]);
  });
});

test("an archive that we write reads back, compressed or not, and is the same every time", () => {
  const members = { x: writeNpy(x), y: writeNpy(index) };
  for (const compress of [false, true]) {
    const bytes = writeNpz(members, { compress });
    expect(bytes).toEqual(writeNpz(members, { compress }));
    const result = readNpz(bytes, ["x", "y"]);
    expect(result.ok && result.arrays).toEqual(
      new Map([
        ["x", { dtype: "f4", ...x }],
        ["y", { dtype: "i8", ...index }],
      ]),
    );
  }
});

test("any bytes survive deflate and inflate in steps", () => {
  const arrays = fc.tuple(
    fc.uint8Array({ minLength: 1, maxLength: 200 }),
    fc.integer({ min: 1, max: 2000 }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(arrays, ([seed, repeats, compress]) => {
      const data = Uint8Array.from({ length: seed.length * repeats }, (_, i) => seed[i % seed.length]! ^ (i >> 9));
      const bytes = writeNpz({ x: writeNpy({ shape: [data.length], data }) }, { compress });
      const result = readNpz(bytes, ["x"]);
      expect(result.ok && crc32(result.arrays.get("x")!.data as Uint8Array)).toBe(crc32(data));
    }),
    { numRuns: 100 },
  );
});

test("the bound on inflated bytes counts all wanted members and is exact", () => {
  const both = [writeNpy(x), writeNpy(index)];
  const bytes = writeNpz({ x: both[0]!, y: both[1]! }, { compress: true });
  const size = both[0]!.length + both[1]!.length;
  expect(readNpz(bytes, ["x", "y"], { maxBytes: size }).ok).toBe(true);
  expect(readNpz(bytes, ["x", "y"], { maxBytes: size - 1 })).toMatchObject({ problems: [{ code: "npz-too-large" }] });
  expect(readNpz(bytes, ["x"], { maxBytes: size - 1 }).ok).toBe(true);
});

test("a problem inside a member names the member", () => {
  const bytes = writeNpz({ x: writeNpy(x).subarray(0, -1) }, { compress: true });
  expect(readNpz(bytes, ["x"])).toMatchObject({ problems: [{ code: "npy-truncated", where: "x.npy" }] });
});
