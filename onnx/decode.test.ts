import fc from "fast-check";
import { expect, test } from "vitest";
import { decode } from "#onnx/decode.ts";
import { encode } from "#onnx/encode.ts";
import { elementTypes, type Model, type Tensor } from "#onnx/model.ts";
import { float16, tensorValues } from "#onnx/values.ts";
import { bytes, type Chunks, chunks, float, joined, message, number, packedInts, text } from "#onnx/wire-write.ts";

/** A model with one weight, "w", of the given fields of TensorProto. */
function withWeight(write: (tensor: Chunks) => void): Uint8Array {
  const [file, graph, tensor] = [chunks(), chunks(), chunks()];
  text(tensor, 8, "w");
  write(tensor);
  message(graph, 5, tensor);
  number(file, 1, 8);
  message(file, 7, graph);
  return joined(file);
}

function weight(write: (tensor: Chunks) => void): Tensor {
  const result = decode(withWeight(write));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.model.graph.initializers.get("w")!;
}

const typed = (type: number, field: number, values: bigint[]) =>
  weight((tensor) => {
    number(tensor, 2, type);
    packedInts(tensor, field, BigInt64Array.from(values));
  });

test.each([
  ["int32", elementTypes.int32, 5, [-1n, 7n], Int32Array.of(-1, 7)],
  ["uint8", elementTypes.uint8, 5, [0n, 255n], Uint8Array.of(0, 255)],
  ["int8", elementTypes.int8, 5, [-128n, 127n], Int8Array.of(-128, 127)],
  ["uint16", elementTypes.uint16, 5, [65535n], Uint16Array.of(65535)],
  ["bool", elementTypes.bool, 5, [1n, 0n], Uint8Array.of(1, 0)],
  ["int64", elementTypes.int64, 7, [-(2n ** 63n), 5n], BigInt64Array.of(-(2n ** 63n), 5n)],
  ["uint32", elementTypes.uint32, 11, [2n ** 32n - 1n], Uint32Array.of(2 ** 32 - 1)],
  ["float16", elementTypes.float16, 5, [0x3c00n, 0xc000n], Float32Array.of(1, -2)],
  ["bfloat16", elementTypes.bfloat16, 5, [0x3f80n, 0xc000n], Float32Array.of(1, -2)],
])("%s is read from the field that ONNX keeps it in", (_, type, field, values, expected) => {
  expect(tensorValues(typed(type, field, values))).toEqual(expected);
});

test("floats are read unpacked, packed and raw alike", () => {
  const values = Float32Array.of(1.5, -2, 3e-40);
  const raw = new Uint8Array(values.buffer);
  const float32 = (write: (tensor: Chunks) => void) =>
    tensorValues(
      weight((tensor) => {
        number(tensor, 2, elementTypes.float32);
        write(tensor);
      }),
    );
  const unpacked = (tensor: Chunks) => {
    for (const value of values) float(tensor, 4, value);
  };
  expect(float32(unpacked)).toEqual(values);
  expect(float32((tensor) => bytes(tensor, 4, raw))).toEqual(values);
  expect(float32((tensor) => bytes(tensor, 9, raw))).toEqual(values);
});

test("dimensions are read unpacked and packed alike", () => {
  const unpacked = weight((tensor) => {
    for (const size of [2, 3]) number(tensor, 1, size);
  });
  const packed = weight((tensor) => packedInts(tensor, 1, BigInt64Array.of(2n, 3n)));
  expect([unpacked.dims, packed.dims]).toEqual([
    [2, 3],
    [2, 3],
  ]);
});

test("raw data is a view of the file, not a copy", () => {
  const file = withWeight((tensor) => bytes(tensor, 9, new Uint8Array(1000)));
  const result = decode(file);
  expect(result.ok && result.model.graph.initializers.get("w")!.data.buffer).toBe(file.buffer);
});

test("float16 agrees with the platform on every bit pattern", () => {
  const view = new DataView(new ArrayBuffer(2));
  for (let bits = 0; bits < 65536; bits++) {
    view.setUint16(0, bits);
    expect(Object.is(float16(bits), view.getFloat16(0))).toBe(true);
  }
});

const name = fc.string({ maxLength: 8, unit: "binary" }).filter((s) => s.isWellFormed());
const tensor = fc
  .uint8Array({ maxLength: 12 })
  .map((data): Tensor => ({ type: elementTypes.uint8, dims: [data.length], data: Uint8Array.from(data) }));
const attribute = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ kind: "i" as const, value })),
  fc.float({ noNaN: true }).map((value) => ({ kind: "f" as const, value })),
  name.map((value) => ({ kind: "s" as const, value })),
  tensor.map((value) => ({ kind: "t" as const, value })),
  fc.array(fc.bigInt({ min: -5n, max: 500n })).map((v) => ({ kind: "I" as const, value: BigInt64Array.from(v) })),
  fc.array(fc.float({ noNaN: true })).map((v) => ({ kind: "F" as const, value: Float32Array.from(v) })),
  fc.array(name).map((value) => ({ kind: "S" as const, value })),
);
const entries = <T>(value: fc.Arbitrary<T>) =>
  fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 4 });
const sorted = <T>(pairs: [string, T][]) => new Map(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
const node = fc.record({
  name,
  domain: fc.constantFrom("", "ai.onnx.ml"),
  op: name,
  inputs: fc.array(name).map((list) => [...list, "last"]),
  outputs: fc.array(name).map((list) => [...list, "last"]),
  attributes: entries(attribute).map(sorted),
});
const value = fc.record({
  name,
  kind: fc.constant("tensor"),
  type: fc.integer({ min: 1, max: 13 }),
  dims: fc.option(fc.array(fc.oneof(fc.nat(), fc.constantFrom("N", null)), { maxLength: 4 })),
});
const anyModel: fc.Arbitrary<Model> = fc
  .record({
    irVersion: fc.integer({ min: 3, max: 13 }),
    opsets: fc.constant(new Map([["", 17]])),
    graph: fc.record({
      nodes: fc.array(node, { maxLength: 4 }),
      initializers: entries(tensor).map((pairs) => new Map(pairs)),
      inputs: fc.array(value, { maxLength: 3 }),
      outputs: fc.array(value, { maxLength: 3 }),
    }),
  })
  .map((model) => ({ ...model, unread: new Set() }));

test("any model that is written is read back as it was", () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      const result = decode(encode(model));
      expect(result).toEqual({ ok: true, model });
    }),
    { numRuns: 500 },
  );
});
