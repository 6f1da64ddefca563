import fc from "fast-check";
import { expect, test } from "vitest";
import { Problem } from "#contest/problem.ts";
import { check } from "#onnx/check.ts";
import { encode } from "#onnx/encode.ts";
import { digits, fixture, fixtures } from "#onnx/fixtures/read.ts";

const small = fixtures.filter(({ bytes }) => bytes.length < 6000);

/** Bytes replaced, cut out or repeated at places of a real model. */
const damaged = fc
  .record({
    model: fc.constantFrom(...small),
    edits: fc.array(
      fc.record({
        at: fc.nat(6000),
        kind: fc.constantFrom("set", "flip", "cut", "repeat"),
        value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 127, 128, 255)),
        length: fc.nat(8),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ model, edits }) => {
    let bytes = Array.from(model.bytes);
    for (const { at, kind, value, length } of edits) {
      const i = at % Math.max(bytes.length, 1);
      if (kind === "set") bytes[i] = value;
      else if (kind === "flip") bytes[i] = (bytes[i] ?? 0) ^ (1 << (value % 8));
      else if (kind === "cut") bytes.splice(i, length);
      else bytes = [...bytes.slice(0, i + length), ...bytes.slice(i)];
    }
    return { bytes: Uint8Array.from(bytes), sideFile: model.sideFile };
  });

test("20,000 damaged models: each is refused with well-formed problems or admitted as a fixed point; no bug shows", () => {
  const seen = { admitted: 0, codes: new Set<string>() };
  fc.assert(
    fc.property(damaged, ({ bytes, sideFile }) => {
      const result = check(bytes, sideFile ? { ...digits, sideFile } : digits);
      if (!result.ok) {
        for (const problem of result.problems) seen.codes.add(Problem.parse(problem).code);
        expect(result.problems.length).toBeGreaterThan(0);
        expect(result.problems[0]!.code).not.toBe("model-unreadable");
        return;
      }
      seen.admitted++;
      const canonical = encode(result.model);
      const again = check(canonical, digits);
      expect(again.ok && Buffer.compare(encode(again.model), canonical)).toBe(0);
    }),
    { numRuns: 20_000 },
  );
  expect(seen.admitted).toBeGreaterThan(100);
  expect(seen.codes.size).toBeGreaterThan(20);
}, 240_000);

test("a model cut anywhere is refused", () => {
  const { bytes } = fixture("dynamo-cnn");
  for (let length = 0; length < bytes.length; length += 7) {
    const result = check(bytes.subarray(0, length), digits);
    expect(result.ok).toBe(false);
  }
});
