import fc from "fast-check";
import { expect, test } from "vitest";
import { Refusal } from "#contest/problem.ts";
import { fields, varintInt64, varintInto } from "#onnx/wire.ts";
import { chunks, joined, number, packedInts, text } from "#onnx/wire-write.ts";

const codeOf = (bytes: number[]): string => {
  try {
    for (const _ of fields(Uint8Array.from(bytes), 0, bytes.length));
    return "read";
  } catch (error) {
    return error instanceof Refusal ? error.problems[0]!.code : String(error);
  }
};

test("fields come out as they were written, with their payload's place", () => {
  const out = chunks();
  number(out, 1, 300);
  text(out, 16, "abc");
  const bytes = joined(out);
  const seen = [...fields(bytes, 0, bytes.length)].length;
  expect(seen).toBe(2);
  const iterator = fields(bytes, 0, bytes.length);
  expect({ ...iterator.next().value }).toEqual({ number: 1, wire: 0, start: 1, end: 3 });
  expect({ ...iterator.next().value }).toEqual({ number: 16, wire: 2, start: 6, end: 9 });
});

test("every int64 survives being written and read, alone and in a packed list", () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1 }), (values) => {
      const out = chunks();
      packedInts(out, 1, BigInt64Array.from(values));
      const bytes = joined(out);
      const { start, end } = { ...fields(bytes, 0, bytes.length).next().value! };
      const view = new DataView(new ArrayBuffer(8));
      let at = start;
      for (const value of values) {
        const next = varintInto(view, 0, bytes, at, end);
        expect(view.getBigInt64(0, true)).toBe(value);
        expect(varintInt64(bytes, at, next)).toBe(value);
        at = next;
      }
      expect(at).toBe(end);
    }),
  );
});

test.each([
  ["a length beyond the end", [0x0a, 5, 1, 2], "model-truncated"],
  ["a number that the end cuts off", [0x08, 0x80], "model-truncated"],
  ["a fixed number that the end cuts off", [0x0d, 1, 2], "model-truncated"],
  ["a length over 2 GiB", [0x0a, 0x80, 0xbc, 0xc1, 0x96, 0x0b], "model-length-claim"],
  ["a length of 2^63", [0x0a, ...Array(9).fill(0xff), 1], "model-length-claim"],
  ["a number of eleven bytes", [0x08, ...Array(10).fill(0x80), 1], "model-not-protobuf"],
  ["field number 0", [0x02, 0], "model-not-protobuf"],
  ["a group", [0x0b, 0x0c], "model-not-protobuf"],
])("%s is refused", (_, bytes, code) => {
  expect(codeOf(bytes)).toBe(code);
});

test("arbitrary bytes are read or refused, and never leave their range", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(codeOf([...bytes])).toMatch(/^(read|model-)/);
    }),
    { numRuns: 2000 },
  );
});
