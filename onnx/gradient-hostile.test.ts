import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { float, traced, uniform } from "#golden/gradients.ts";
import { check } from "#onnx/check.ts";
import { encode } from "#onnx/encode.ts";
import { digits, fixtures } from "#onnx/fixtures/read.ts";
import { type GradientRequest, gradientOf, type Trace, type Traced } from "#onnx/gradient.ts";
import type { Model } from "#onnx/model.ts";
import { seedRandomness } from "#onnx/randomness.ts";

const exact = { classes: 10, variant: "exact", cutHead: false } as const;
const random = uniform(2);

describe("whatever it is given, it answers and does not throw", () => {
  const answered = (model: Model, request: GradientRequest) => {
    const result = gradientOf(model, request);
    if (result.ok) encode(result.model);
    else expect(result.message.length).toBeGreaterThan(0);
  };
  const models = fixtures
    .map((given) => check(given.bytes, { ...digits, ...given }))
    .flatMap((checked) => (checked.ok ? [checked.model] : []));
  const variants = fc.constantFrom("exact" as const, "straight-through" as const, "smooth" as const);

  test("a trace that lies about sizes, types and elements", async () => {
    const traces = await Promise.all(models.map((model) => someTrace(model)));
    const lie = fc.record({
      dims: fc.array(fc.integer({ min: -2, max: 70_000 }), { maxLength: 5 }),
      type: fc.integer({ min: 0, max: 20 }),
      values: fc.option(fc.array(fc.double(), { maxLength: 6 }), { nil: undefined }),
    });
    const given = fc.record({
      model: fc.nat(models.length - 1),
      lies: fc.array(fc.tuple(fc.nat(400), lie), { minLength: 1, maxLength: 4 }),
      variant: variants,
    });
    fc.assert(
      fc.property(given, ({ model, lies, variant }) => {
        const trace = traces[model]!;
        const at = new Map<string, Traced>(trace.at);
        const names = [...at.keys()];
        for (const [place, told] of lies) at.set(names[place % names.length]!, told as Traced);
        answered(models[model]!, { ...exact, variant, cutHead: true, trace: { ...trace, at } });
      }),
      { numRuns: 150 },
    );
  });

  test("a trace that lacks tensors, and attributes of any value", async () => {
    const traces = await Promise.all(models.map((model) => someTrace(model)));
    const given = fc.record({
      model: fc.nat(models.length - 1),
      node: fc.nat(400),
      lost: fc.nat(400),
      value: fc.oneof(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ kind: "i" as const, value })),
        fc
          .array(fc.bigInt({ min: -9n, max: 70_000n }), { maxLength: 4 })
          .map((list) => ({ kind: "I" as const, value: BigInt64Array.from(list) })),
        fc.string().map((value) => ({ kind: "s" as const, value })),
      ),
    });
    fc.assert(
      fc.property(given, ({ model, node: place, lost, value }) => {
        const { graph, ...rest } = models[model]!;
        const nodes = graph.nodes.map((n, i) =>
          i === place % graph.nodes.length
            ? { ...n, attributes: new Map([...n.attributes.keys()].map((key) => [key, value])) }
            : n,
        );
        const trace = traces[model]!;
        const at = new Map([...trace.at].filter((_, i) => i !== lost));
        answered(
          { ...rest, graph: { ...graph, nodes } },
          { ...exact, variant: "smooth", cutHead: true, trace: { ...trace, at } },
        );
      }),
      { numRuns: 150 },
    );
  });

  async function someTrace(model: Model): Promise<Trace> {
    const seeded = seedRandomness(model);
    if (!seeded.ok || seeded.noises.length > 0) return { batch: 2, at: new Map(), next: new Map() };
    const value = model.graph.inputs[0]!;
    const dims = value.dims!.map((size) => (typeof size === "number" ? size : 2));
    const input = float(Array.from({ length: dims.reduce((a, b) => a * b, 1) }, random), dims);
    return traced(model, { input }, dims[0]!);
  }
});
