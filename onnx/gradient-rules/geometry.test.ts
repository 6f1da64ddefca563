import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Case, use } from "#golden/gradient-cases/case.ts";
import { difference } from "#golden/gradient-cases/difference.ts";
import { weight } from "#golden/gradient-cases/weight.ts";
import { quantile } from "#golden/gradients.ts";
import { ints } from "#golden/graph.ts";

const two = (low: number, high: number) =>
  fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }));
const window = fc.record({
  size: two(4, 9),
  kernel: two(1, 3),
  strides: two(1, 3),
  dilations: two(1, 2),
  before: two(0, 2),
  after: two(0, 2),
});
type Window = typeof window extends fc.Arbitrary<infer T> ? T : never;

/** Whether the padded image holds a whole window, and no window lies in padding alone. */
function holds({ size, kernel, dilations, before, after }: Window): boolean {
  return [0, 1].every((i) => {
    const reach = (kernel[i]! - 1) * dilations[i]! + 1;
    return size[i]! + before[i]! + after[i]! >= reach && before[i]! < reach && after[i]! < reach;
  });
}

function geometry({ kernel, strides, dilations, before, after }: Window) {
  return { kernel_shape: kernel, strides, dilations, pads: [...before, ...after] };
}

function conv(given: Window, group: number): Case {
  const weights = { w: weight(2 * group, 2, ...given.kernel) };
  return use("Conv", "", [[2, 2 * group, ...given.size]], {
    linear: true,
    attributes: { ...geometry(given), group },
    weights,
  });
}

function transposed(given: Window, group: number): Case {
  const weights = { w: weight(2 * group, 2, ...given.kernel) };
  return use("ConvTranspose", "", [[2, 2 * group, ...given.size]], {
    linear: true,
    attributes: { ...geometry(given), group },
    weights,
  });
}

async function agrees(given: Case): Promise<void> {
  const { errors, offset } = await difference(given, 19, 1);
  expect(offset).toBeLessThan(1e-5);
  expect(quantile(errors, 0.5)).toBeLessThan(given.linear ? 1e-5 : 1e-3);
}

const runs = { numRuns: 40 };

test("convolutions of any geometry keep the adjoint identity", async () => {
  const given = fc.tuple(window.filter(holds), fc.integer({ min: 1, max: 2 }), fc.boolean());
  await fc.assert(
    fc.asyncProperty(given, ([w, group, back]) => agrees(back ? transposed(w, group) : conv(w, group))),
    runs,
  );
});

test("pools of any geometry send their adjoint where their values came from", async () => {
  const small = window.filter(({ before, after, kernel }) =>
    [0, 1].every((i) => before[i]! < kernel[i]! && after[i]! < kernel[i]!),
  );
  const given = fc.tuple(small.filter(holds), fc.constantFrom("MaxPool", "AveragePool"), fc.boolean());
  await fc.assert(
    fc.asyncProperty(given, ([w, op, ceil]) => {
      const attributes = { ...geometry(w), ...(ceil && { ceil_mode: 1 }) };
      return agrees(use(op, "", [[2, 2, ...w.size]], { attributes, linear: op === "AveragePool" }));
    }),
    runs,
  );
});

test("slices of any start, end and step keep the adjoint identity", async () => {
  const part = fc.record({
    start: fc.integer({ min: -9, max: 6 }),
    step: fc.constantFrom(1, 2, 3, -1, -2),
    end: fc.integer({ min: -9, max: 9 }),
  });
  const length = ({ start, end, step }: { start: number; end: number; step: number }) => {
    const at = (i: number) => Math.min(Math.max(i < 0 ? i + 7 : i, step > 0 ? 0 : -1), step > 0 ? 7 : 6);
    return Math.ceil((at(end) - at(start)) / step);
  };
  await fc.assert(
    fc.asyncProperty(
      part.filter((p) => length(p) > 0),
      ({ start, end, step }) => {
        const weights = { s: ints([start]), e: ints([end]), x: ints([1]), t: ints([step]) };
        return agrees(use("Slice", "", [[2, 7, 2]], { from: 10, linear: true, weights }));
      },
    ),
    runs,
  );
});

test("operands that broadcast in any way get adjoints of their own shape", async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 0, maxLength: 3 });
  const given = fc.record({
    sizes,
    ones: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    drop: fc.nat(3),
    swap: fc.boolean(),
    op: fc.constantFrom("Add", "Mul", "Sub"),
  });
  await fc.assert(
    fc.asyncProperty(given, ({ sizes, ones, drop, swap, op }) => {
      const full = [2, ...sizes, 2];
      // The last axis stays, so that every operand has an even number of elements to be cut from two rows.
      const part = [...full.map((size, i) => (ones[i % 3] && i < full.length - 1 ? 1 : size))].slice(
        Math.min(drop, full.length - 1),
      );
      return agrees(use(op, "", swap ? [part, full] : [full, part]));
    }),
    runs,
  );
});
