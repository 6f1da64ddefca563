import { afterAll, beforeAll, expect, test } from "vitest";
import { readNpz } from "#arrays/npz.ts";
import { openSite, type Site } from "#data/testing/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test("points.npz holds x as float32 in the declared shape and y as int64", async () => {
  const { api } = await import("./api.ts");
  const answer = await api.request("/api/v1/challenges/tiny/points.npz");
  const read = readNpz(new Uint8Array(await answer.arrayBuffer()), ["x", "y"]);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const [x, y] = [read.arrays.get("x")!, read.arrays.get("y")!];
  expect([x.dtype, x.shape, [...x.data]]).toEqual(["f4", [4, 1, 2, 2], Array.from({ length: 16 }, (_, i) => i / 16)]);
  expect([y.dtype, y.shape, [...y.data]]).toEqual(["i8", [4], [0n, 1n, 0n, 1n]]);
});
