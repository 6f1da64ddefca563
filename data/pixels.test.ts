import { expect, test } from "vitest";
import { drawDifference, drawInput } from "#data/pixels.ts";

test("an input is drawn black at the low end of its range and white at the high end", () => {
  const { samples, width, height } = drawInput(Float32Array.of(-1, 0, 1, 2), [1, 1, 4], [-1, 1]);
  expect([...samples]).toEqual([0, 128, 255, 255]);
  expect([width, height]).toEqual([4, 1]);
});

test("colours lie plane by plane in an input and pixel by pixel in a picture", () => {
  const { samples } = drawInput(Float32Array.of(1, 0, 0, 1, 0, 0), [3, 1, 2], [0, 1]);
  expect([...samples]).toEqual([255, 0, 0, 0, 255, 0]);
});

test("no change is mid-grey, and the reach is black and white", () => {
  const clean = Float32Array.of(0.5, 0.5, 0.5);
  const changed = Float32Array.of(0.5, 0.25, 0.75);
  expect([...drawDifference(clean, changed, [1, 1, 3], 0.25).samples]).toEqual([128, 0, 255]);
});

test("without a radius the largest change reaches black or white; nothing changed is grey all over", () => {
  const clean = Float32Array.of(0, 0);
  expect([...drawDifference(clean, Float32Array.of(0.001, 0), [1, 1, 2], null).samples]).toEqual([255, 128]);
  expect([...drawDifference(clean, clean, [1, 1, 2], null).samples]).toEqual([128, 128]);
});
