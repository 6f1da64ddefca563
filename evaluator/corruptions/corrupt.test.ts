import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readNpy } from "#arrays/npy.ts";
import { checkout } from "#commands/checkout.ts";
import { CORRUPTIONS } from "#contest/beyond.ts";
import { areImages, corrupted } from "#evaluator/corruptions/corrupt.ts";

const COUNT = 40;
const SIZE = 28 * 28;
const arena = { shape: [1, 28, 28], range: [0, 1] as [number, number], grid: 255 };

const read = readNpy(readFileSync(join(checkout, "challenges/fashion-mnist-linf/data/points_x.npy")));
if (!read.ok) throw new Error(read.problems[0]!.message);
const bytes = Array.from(read.array.data as ArrayLike<number>, Number).slice(0, (COUNT + 3) * SIZE);
const inputs = Float32Array.from(bytes, (byte) => byte / 255);

test.each(CORRUPTIONS)("%s changes every image, and gives admissible ones that follow from the image alone", (name) => {
  const made = corrupted(name, inputs, COUNT, arena);
  expect(made.length).toBe(COUNT * SIZE);
  for (const value of made) {
    expect(value >= 0 && value <= 1).toBe(true);
    if (Math.abs(value * 255 - Math.round(value * 255)) > 1e-4) throw new Error(`${value} is off the grid`);
  }
  const moved = (image: number) => {
    const at = image * SIZE;
    let sum = 0;
    for (let i = at; i < at + SIZE; i++) sum += Math.abs(made[i]! - inputs[i]!);
    return sum / SIZE;
  };
  const changes = Array.from({ length: COUNT }, (_, image) => moved(image));
  expect(Math.min(...changes)).toBeGreaterThan(0);
  expect(changes.reduce((a, b) => a + b) / COUNT).toBeLessThan(0.5);
  expect(corrupted(name, inputs, 5, arena)).toEqual(made.subarray(0, 5 * SIZE));
});

test("the range of the challenge is kept: twice as wide, the same images twice as far apart", () => {
  const wide = corrupted(
    "rotate",
    inputs.map((value) => 2 * value - 1),
    3,
    { ...arena, range: [-1, 1], grid: null },
  );
  const plain = corrupted("rotate", inputs, 3, { ...arena, grid: null });
  wide.forEach((value, i) => {
    expect(value).toBeCloseTo(2 * plain[i]! - 1, 5);
  });
});

test.each([
  [[1, 28, 28], true],
  [[3, 32, 32], true],
  [[1, 4, 4], false],
  [[2, 28, 28], false],
])("%j are images: %s", (shape, are) => {
  expect(areImages({ shape })).toBe(are);
});
