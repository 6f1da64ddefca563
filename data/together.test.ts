import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { together } from "#data/together.ts";

test("what is asked for during a read is read after it, all at once, and each key once", async () => {
  const reads: string[][] = [];
  const rowOf = together(async (keys) => {
    reads.push(keys);
    await sleep(5);
    return new Map(keys.filter((key) => key !== "none").map((key) => [key, `${key} of read ${reads.length}`]));
  });
  const first = rowOf("a");
  const rest = await Promise.all([first, rowOf("a"), rowOf("b"), rowOf("none"), rowOf("b")]);
  expect(rest).toEqual(["a of read 1", "a of read 2", "b of read 2", undefined, "b of read 2"]);
  expect(reads).toEqual([["a"], ["a", "b", "none"]]);
});

test("a read that fails fails those who waited for it, and nobody after them", async () => {
  let fails = true;
  const rowOf = together(async (keys) => {
    if (fails) throw new Error("no database");
    return new Map(keys.map((key) => [key, key]));
  });
  await expect(rowOf("a")).rejects.toThrow("no database");
  fails = false;
  expect(await rowOf("a")).toBe("a");
});

test("more keys than fit one read are read by several", async () => {
  const sizes: number[] = [];
  const rowOf = together(async (keys) => {
    sizes.push(keys.length);
    return new Map(keys.map((key) => [key, key]));
  });
  const keys = Array.from({ length: 2_501 }, (_, i) => String(i));
  expect(await Promise.all(keys.map(rowOf))).toEqual(keys);
  expect(sizes).toEqual([1, 1000, 1000, 500]);
});
