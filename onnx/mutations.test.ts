import fc from "fast-check";
import { expect, test } from "vitest";
import { Problem } from "#contest/problem.ts";
import { check } from "#onnx/check.ts";
import { decode } from "#onnx/decode.ts";
import { encode } from "#onnx/encode.ts";
import { mergeExternal } from "#onnx/external.ts";
import { digits, fixture, fixtures } from "#onnx/fixtures/read.ts";
import { elementTypes, type Model } from "#onnx/model.ts";
import { standardOps } from "#onnx/signatures.ts";

const opNames = standardOps
  .trim()
  .split("\n")
  .map((line) => line.split(" ")[0]!);
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

/** Edits that leave a well-formed file: other operators, operands, numbers and sizes, at places of a real model. */
const rewired = fc
  .record({
    model: fc.constantFrom(...fixtures.filter(({ name }) => name !== "sk-neighbours")), // whose Scan cannot be written
    edits: fc.array(
      fc.record({
        at: fc.nat(500),
        kind: fc.constantFrom("op", "operand", "leave out", "attribute", "drop", "dims", "data", "grow"),
        op: fc.constantFrom(...opNames),
        which: fc.nat(500),
        number: fc.oneof(fc.integer({ min: -9, max: 40 }), fc.constantFrom(2 ** 31 - 1, -(2 ** 31), 2 ** 53 - 1)),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ model, edits }) => {
    const decoded = decode(model.bytes);
    const merged = decoded.ok ? mergeExternal(decoded.model, model.sideFile) : decoded;
    if (!merged.ok) throw new Error("a fixture does not decode");
    for (const edit of edits) apply(merged.model, edit);
    return { bytes: encode(merged.model), sideFile: undefined };
  });

type Edit = { at: number; kind: string; op: string; which: number; number: number };

function apply({ graph }: Model, { at, kind, op, which, number }: Edit): void {
  const node = graph.nodes[at % graph.nodes.length]!;
  const tensors = [...graph.initializers.values()];
  const tensor = tensors[which % Math.max(tensors.length, 1)];
  const attributes = [...node.attributes.values()];
  const attribute = attributes[which % Math.max(attributes.length, 1)];
  if (kind === "op") node.op = op;
  else if (kind === "operand")
    node.inputs[which % (node.inputs.length + 1)] = graph.nodes[which % graph.nodes.length]!.outputs[0]!;
  else if (kind === "leave out") node.inputs[which % (node.inputs.length + 1)] = "";
  else if (kind === "drop") node.attributes.clear();
  else if (kind === "grow") node.inputs.push(node.inputs[0] ?? "");
  else if (kind === "attribute" && attribute?.kind === "i") attribute.value = BigInt(number);
  else if (kind === "attribute" && attribute?.kind === "I") attribute.value[0] = BigInt(number);
  else if (kind === "dims" && tensor) tensor.dims[which % (tensor.dims.length + 1)] = number;
  else if (kind === "data" && tensor?.type === elementTypes.int64)
    tensor.data = new Uint8Array(BigInt64Array.from(tensor.dims, () => BigInt(number)).buffer);
}

test.each([
  // The floors lie well under what ten runs saw (24 to 28 and 10 to 12 codes): they say that the edits reach far, not how luck fell.
  ["20,000 damaged", damaged, 20_000, 100, 15],
  ["3,000 rewired", rewired, 3_000, 300, 6],
])(
  "%s models: each is refused with well-formed problems or admitted as a fixed point; no bug shows",
  (_, models, numRuns, leastAdmitted, leastCodes) => {
    const seen = { admitted: 0, codes: new Set<string>() };
    fc.assert(
      fc.property(models, ({ bytes, sideFile }) => {
        const result = check(bytes, sideFile ? { ...digits, sideFile } : digits);
        if (!result.ok) {
          for (const problem of result.problems) seen.codes.add(Problem.parse(problem).code);
          expect(result.problems.length).toBeGreaterThan(0);
          expect(result.problems[0]).not.toMatchObject({ code: "model-unreadable" });
          return;
        }
        seen.admitted++;
        const canonical = encode(result.model);
        const again = check(canonical, digits);
        expect(again.ok && Buffer.compare(encode(again.model), canonical)).toBe(0);
      }),
      { numRuns },
    );
    expect(seen.admitted).toBeGreaterThan(leastAdmitted);
    expect(seen.codes.size).toBeGreaterThan(leastCodes);
  },
  240_000,
);

test("a model cut anywhere is refused", () => {
  const { bytes } = fixture("dynamo-cnn");
  for (let length = 0; length < bytes.length; length += 7) {
    const result = check(bytes.subarray(0, length), digits);
    expect(result.ok).toBe(false);
  }
});
