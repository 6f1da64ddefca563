import { describe, expect, test } from "vitest";
import { aims, type Derived, derivedFrom, float, opened, uniform } from "#golden/gradients.ts";
import { floats, head, modelOf, node, tensorValue } from "#golden/graph.ts";
import { LOSSES, type LossName } from "#onnx/gradient.ts";
import type { Model } from "#onnx/model.ts";

/** Scores that are the input itself, so that the gradient is the seed. */
function identity(classes: number): Model {
  return modelOf({
    nodes: [node("Identity", "input", "output")],
    inputs: [tensorValue("input", ["N", classes])],
    outputs: [tensorValue("output", ["N", classes])],
  });
}

async function seeds(derived: Derived, scores: number[][], rows: Parameters<typeof aims>[0]) {
  const session = await opened(derived.model);
  const out = await session.run({ input: float(scores.flat(), [scores.length, scores[0]!.length]), ...aims(rows) });
  await session.release();
  return { loss: out.loss_value!.data as Float32Array, gradient: out.gradient!.data as Float32Array };
}

/** The losses as their papers write them, in float64. */
const formulas: Record<LossName, (z: number[], y: number, t: number) => number> = {
  "cross-entropy": (z, y) => Math.log(z.reduce((sum, v) => sum + Math.exp(v), 0)) - z[y]!,
  margin: (z, y) => rival(z, y) - z[y]!,
  "targeted-margin": (z, y, t) => z[t]! - z[y]!,
  dlr: (z, y) => {
    const sorted = z.toSorted((a, b) => b - a);
    return sorted.length < 3 ? rival(z, y) - z[y]! : -(z[y]! - rival(z, y)) / (sorted[0]! - sorted[2]! + 1e-12);
  },
  "targeted-dlr": (z, y, t) => {
    const sorted = z.toSorted((a, b) => b - a);
    return sorted.length < 4 ? z[t]! - z[y]! : -(z[y]! - z[t]!) / (sorted[0]! - (sorted[2]! + sorted[3]!) / 2 + 1e-12);
  },
};

function rival(z: number[], y: number): number {
  return Math.max(...z.filter((_, i) => i !== y));
}

describe.each([2, 3, 4, 10])("of %i classes", (classes) => {
  const random = uniform(classes);
  const rows = LOSSES.flatMap((loss) =>
    Array.from({ length: 8 }, () => ({
      loss,
      label: Math.floor(random() * classes),
      target: Math.floor(random() * classes),
      scores: Array.from({ length: classes }, () => 8 * random() - 4),
    })),
  );
  const scores = rows.map((row) => row.scores);

  test.each(LOSSES)("a graph of %s alone answers, to the last bit, as the graph of them all", async (loss) => {
    const given = { input: float(scores.flat(), [rows.length, classes]) };
    const same = rows.map((row) => ({ ...row, loss }));
    const all = await derivedFrom(identity(classes), given, { classes });
    const alone = await derivedFrom(identity(classes), given, { classes, loss });
    expect(await seeds(alone, scores, rows)).toEqual(await seeds(all, scores, same));
    expect(alone.model.graph.nodes.length).toBeLessThan(all.model.graph.nodes.length - 10);
  });

  test("losses are those of their papers and seeds are their derivatives", async () => {
    const derived = await derivedFrom(
      identity(classes),
      { input: float(scores.flat(), [rows.length, classes]) },
      { classes },
    );
    const { loss, gradient } = await seeds(derived, scores, rows);
    for (const [i, row] of rows.entries()) {
      const f = (z: number[]) => formulas[row.loss](z, row.label, row.target);
      expect(loss[i]).toBeCloseTo(f(row.scores), 4);
      for (let j = 0; j < classes; j++) {
        const moved = (by: number) => f(row.scores.with(j, row.scores[j]! + by));
        const slope = (moved(1e-6) - moved(-1e-6)) / 2e-6;
        expect(Math.abs(gradient[i * classes + j]! - slope)).toBeLessThan(1e-4 * (1 + Math.abs(slope)));
      }
    }
  });

  test("a row with NaN or infinite scores changes no other row", async () => {
    const derived = await derivedFrom(
      identity(classes),
      { input: float(scores.flat(), [rows.length, classes]) },
      { classes },
    );
    const calm = await seeds(derived, scores, rows);
    for (const poison of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const every = (i: number) => i % 3 === 0;
      const spoilt = await seeds(
        derived,
        scores.map((z, i) => (every(i) ? z.map(() => poison) : z)),
        rows,
      );
      for (const i of rows.keys()) {
        if (every(i)) continue;
        expect(spoilt.loss[i]).toBe(calm.loss[i]);
        const at = [i * classes, (i + 1) * classes] as const;
        expect(spoilt.gradient.slice(...at)).toEqual(calm.gradient.slice(...at));
      }
    }
  });
});

test("scores that saturate cross-entropy leave the margins' seeds as they are", async () => {
  const scores = [
    [200, 0, -1],
    [200, 0, -1],
    [0, 0, 0],
  ];
  const rows = [
    { loss: "cross-entropy", label: 0 },
    { loss: "dlr", label: 0 },
    { loss: "dlr", label: 0 },
  ] as const;
  const derived = await derivedFrom(identity(3), { input: float(scores.flat(), [3, 3]) }, { classes: 3 });
  const { gradient } = await seeds(derived, scores, rows);
  expect([...gradient.slice(0, 3)]).toEqual([0, 0, 0]);
  expect(gradient[4]).toBeGreaterThan(1e-3);
  expect([...gradient.slice(6)].every(Number.isFinite)).toBe(true);
});

test("every row has the loss that it asks for", async () => {
  const model = modelOf({
    ...head("input", "output"),
    inputs: [tensorValue("input", ["N", 1, 4, 4])],
    outputs: [tensorValue("output", ["N", 10])],
    opsets: { "": 13 },
  });
  model.graph.initializers.set(
    "output_w",
    floats(
      [1, 10],
      Array.from({ length: 10 }, (_, i) => Math.sin(i)),
    ),
  );
  const input = float(
    Array.from({ length: 5 * 16 }, (_, i) => (i % 7) / 7),
    [5, 1, 4, 4],
  );
  const derived = await derivedFrom(model, { input }, { classes: 10 });
  const session = await opened(derived.model);
  const rows = LOSSES.map((loss) => ({ loss, label: 3, target: 5 }));
  const mixed = await session.run({ input, ...aims(rows) });
  for (const [i, { loss }] of rows.entries()) {
    const alone = await session.run({ input, ...aims(rows.map((row) => ({ ...row, loss }))) });
    expect(mixed.loss_value!.data[i]).toBe(alone.loss_value!.data[i]);
    const at = [i * 16, (i + 1) * 16] as const;
    expect((mixed.gradient!.data as Float32Array).slice(...at)).toEqual(
      (alone.gradient!.data as Float32Array).slice(...at),
    );
  }
  await session.release();
});
