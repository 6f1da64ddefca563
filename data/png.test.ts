import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodePng } from "#data/png.ts";

/** Chunks by name, in the order in which they lie. */
function chunksOf(png: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    chunks.set(png.toString("latin1", at + 4, at + 8), png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  return chunks;
}

test("samples come back from the compressed rows, with the size and the colour type in the header", () => {
  const picture = fc
    .record({
      width: fc.integer({ min: 1, max: 9 }),
      height: fc.integer({ min: 1, max: 9 }),
      channels: fc.constantFrom(1, 3),
    })
    .chain((size) => {
      const length = size.width * size.height * size.channels;
      return fc.record({ size: fc.constant(size), samples: fc.uint8Array({ minLength: length, maxLength: length }) });
    });
  fc.assert(
    fc.property(picture, ({ size: { width, height, channels }, samples }) => {
      const chunks = chunksOf(encodePng(samples, width, height));
      const header = chunks.get("IHDR")!;
      expect([header.readUInt32BE(0), header.readUInt32BE(4)]).toEqual([width, height]);
      expect([...header.subarray(8)]).toEqual([8, channels === 1 ? 0 : 2, 0, 0, 0]);
      const rows = inflateSync(chunks.get("IDAT")!);
      const stride = width * channels + 1;
      const read = [...rows].filter((_, i) => i % stride !== 0);
      expect(read).toEqual([...samples]);
      expect([...rows].filter((_, i) => i % stride === 0)).toEqual(new Array(height).fill(0));
    }),
  );
});

test("the end is the twelve bytes that every PNG ends with", () => {
  const png = encodePng(new Uint8Array([0]), 1, 1);
  expect(png.subarray(0, 8).toString("hex")).toBe("89504e470d0a1a0a");
  expect(png.subarray(-12).toString("hex")).toBe("0000000049454e44ae426082");
});

test("samples that do not fill the picture are refused", () => {
  expect(() => encodePng(new Uint8Array(5), 2, 2)).toThrow("5 samples");
});
