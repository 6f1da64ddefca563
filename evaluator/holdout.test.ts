import { expect, test } from "vitest";
import type { Arena } from "#contest/challenge.ts";
import { deriveHoldout } from "#evaluator/holdout.ts";

const SIDE = 16;
const SIZE = 2 * SIDE * SIDE;
const IMAGES = 12;
const arena = (over: Partial<Arena> = {}): Arena => ({
  ...{ norm: "Linf", epsilon: 0.1, range: [0, 1], grid: 255, shape: [2, SIDE, SIDE], classes: 2, points: IMAGES },
  ...over,
});

/** Two channels with the same smooth blob: in one of four corners, of one of three widths. */
const images = Float32Array.from({ length: IMAGES * SIZE }, (_, i) => {
  const [image, at] = [Math.floor(i / SIZE), i % (SIDE * SIDE)];
  const [y, x] = [Math.floor(at / SIDE), at % SIDE];
  const [top, left] = [4 + 7 * (image % 2), 4 + 7 * (Math.floor(image / 2) % 2)];
  const value = Math.exp(-((y - top) ** 2 + (x - left) ** 2) / [2, 9, 40][Math.floor(image / 4)]!);
  return Math.round(value * 255) / 255;
});
const labels = Uint16Array.from({ length: IMAGES }, (_, i) => i % 2);
const [secret, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const derive = (key = secret, slug = "digits", over: Partial<Arena> = {}) =>
  deriveHoldout(images, labels, arena(over), key, slug).x;

const meanDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
const imagesOf = (x: Float32Array) => Array.from({ length: IMAGES }, (_, i) => x.slice(i * SIZE, (i + 1) * SIZE));

test("the holdout follows from the secret and the challenge, and from nothing else", () => {
  expect(derive()).toEqual(derive());
  for (const [i, image] of imagesOf(derive()).entries()) {
    expect(image).not.toEqual(imagesOf(images)[i]);
    expect(image).not.toEqual(imagesOf(derive(other))[i]);
    expect(image).not.toEqual(imagesOf(derive(secret, "clothes"))[i]);
  }
});

test("its values lie on the grid and inside the range; its labels are those of the images", () => {
  for (const value of derive()) expect(value).toBe(Math.fround(Math.round(value * 255) / 255));
  const plain = derive(secret, "digits", { grid: null });
  expect(plain.some((value) => value !== Math.fround(Math.round(value * 255) / 255))).toBe(true);
  for (const value of [...plain, ...derive()]) expect(value >= 0 && value <= 1).toBe(true);
  expect(deriveHoldout(images, labels, arena(), secret, "digits").labels).toEqual(labels);
});

test("each image still shows what it showed: nearer to its own source than to any other image", () => {
  const sources = imagesOf(images);
  for (const [i, image] of imagesOf(derive()).entries()) {
    const distances = sources.map((source) => meanDifference(image, source));
    expect(distances.indexOf(Math.min(...distances))).toBe(i);
  }
});

test("both channels of an image are moved alike", () => {
  for (const image of imagesOf(derive())) expect(image.slice(0, SIZE / 2)).toEqual(image.slice(SIZE / 2));
});

test("inputs too small to be moved stay as they are", () => {
  const small = images.slice(0, 2 * 7 * 7);
  expect(deriveHoldout(small, labels, arena({ shape: [1, 7, 7] }), secret, "tiny").x).toEqual(small);
});
