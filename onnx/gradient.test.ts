import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { aims, type Derived, derivedFrom, type Feeds, float, opened, quantile, uniform } from "#golden/gradients.ts";
import { floats, modelOf, node, tensorValue } from "#golden/graph.ts";
import { check } from "#onnx/check.ts";
import type { Model, Node } from "#onnx/model.ts";

const CLASSES = 10;
const ROWS = 6;

function baseline(name: string): Model {
  const bytes = new Uint8Array(readFileSync(`challenges/mnist-linf/baselines/${name}.onnx`));
  const checked = check(bytes, { shape: [1, 28, 28], classes: CLASSES });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.model;
}

const random = uniform(1);
const pixels = Float32Array.from({ length: ROWS * 784 }, random);
const image: Feeds = { input: float(pixels, [ROWS, 1, 28, 28]) };
const rows = Array.from({ length: ROWS }, (_, i) => ({ loss: "targeted-margin", label: i, target: i + 1 }) as const);

async function answers(derived: Derived, input: ArrayLike<number>) {
  const session = await opened(derived.model);
  const out = await session.run({ input: float(input, [ROWS, 1, 28, 28]), ...aims(rows) });
  await session.release();
  const data = (name: string) => out[name]!.data as Float32Array;
  return { logits: data("logits"), loss: data("loss_value"), gradient: data("gradient") };
}

describe.each(["undefended", "adversarially-trained"])("%s", (name) => {
  const model = baseline(name);

  test("logits are the model's own", async () => {
    const session = await opened(model);
    const plain = (await session.run(image)).output!.data as Float32Array;
    const { logits } = await answers(await derivedFrom(model, image, { classes: CLASSES }), pixels);
    for (const [i, value] of plain.entries()) expect(Math.abs(value - logits[i]!)).toBeLessThan(1e-5);
    await session.release();
  });

  test("the gradient is that of differences along random directions", async () => {
    const derived = await derivedFrom(model, image, { classes: CLASSES });
    const session = await opened(derived.model);
    const { gradient } = await answers(derived, pixels);
    const errors: number[] = [];
    for (let round = 0; round < 8; round++) {
      const direction = pixels.map(() => (random() < 0.5 ? -1 : 1));
      const moved = async (h: number) => {
        const input = float(
          pixels.map((x, i) => x + h * direction[i]!),
          [ROWS, 1, 28, 28],
        );
        return (await session.run({ input, ...aims(rows) })).loss_value!.data as Float32Array;
      };
      const [up, down] = [await moved(1e-4), await moved(-1e-4)];
      for (let row = 0; row < ROWS; row++) {
        const slope = (up[row]! - down[row]!) / 2e-4;
        let along = 0;
        for (let i = row * 784; i < (row + 1) * 784; i++) along += gradient[i]! * direction[i]!;
        errors.push(Math.abs(slope - along) / (Math.abs(slope) + 0.1));
      }
    }
    expect(quantile(errors, 0.5)).toBeLessThan(0.01);
    await session.release();
  });

  test("a row of NaN leaves the gradients of the others as they are", async () => {
    const derived = await derivedFrom(model, image, { classes: CLASSES });
    const calm = await answers(derived, pixels);
    const spoilt = await answers(
      derived,
      pixels.map((x, i) => (Math.floor(i / 784) === 2 ? Number.NaN : x)),
    );
    for (const row of [0, 1, 3, 4, 5]) {
      const at = [row * 784, (row + 1) * 784] as const;
      expect(spoilt.gradient.slice(...at)).toEqual(calm.gradient.slice(...at));
      expect(spoilt.loss[row]).toBe(calm.loss[row]);
    }
  });
});

describe("what a mask closes", () => {
  const masks = { Relu: node("Relu", "low", "kept"), Clip: node("Clip", "low zero", "kept") };
  const given = Float32Array.of(0.1, 0.3, 0.7, 0.9);
  /** The mask of x - 0.5, and `then` from "kept" to "v". */
  const model = (mask: keyof typeof masks, then: Node[]) =>
    modelOf({
      nodes: [node("Sub", "input half", "low"), masks[mask], ...then, node("Gemm", "v w", "y")],
      weights: {
        half: floats([], 0.5),
        zero: floats([], 0),
        one: floats([], 1),
        w: floats([4, 2], [1, 2, 1, 2, 1, 2, 1, 2]),
      },
      inputs: [tensorValue("input", ["N", 4])],
      outputs: [tensorValue("y", ["N", 2])],
    });
  const derive = (of: Model) => derivedFrom(of, { input: float(given, [1, 4]) }, { classes: 2 });

  test.each(Object.keys(masks) as (keyof typeof masks)[])(
    "%s: stays zero where the slope is infinite",
    async (mask) => {
      // The slope of Acosh at 1 is infinite, and that is where every closed element lies.
      const derived = await derive(model(mask, [node("Add", "kept one", "u"), node("Acosh", "u", "v")]));
      const session = await opened(derived.model);
      const aim = aims([{ loss: "margin", label: 0 }]);
      const { data } = (await session.run({ input: float(given, [1, 4]), ...aim })).gradient!;
      const slope = (x: number) => 1 / Math.sqrt((x + 0.5) ** 2 - 1);
      expect([...(data as Float32Array).slice(0, 2)]).toEqual([0, 0]);
      for (const i of [2, 3]) expect((data as Float32Array)[i]).toBeCloseTo(slope(given[i]!), 4);
      await session.release();
    },
  );

  test("is closed by a product where all that follows has finite slopes", async () => {
    const { graph } = (await derive(model("Relu", [node("Mul", "kept one", "v")]))).model;
    const greater = graph.nodes.find(({ op, inputs }) => op === "Greater" && inputs[0] === "kept")!;
    const users = graph.nodes.filter(({ inputs }) => inputs.includes(greater.outputs[0]!));
    expect(users.map(({ op }) => op)).toEqual(["Cast"]);
  });
});
