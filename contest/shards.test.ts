import fc from "fast-check";
import { expect, test } from "vitest";
import { shardCount, shardsOf } from "#contest/shards.ts";

test("few points are one shard; many are a power of two of them, none of which is small", () => {
  expect([0, 1, 199, 200, 399, 400, 1000, 10_000].map((points) => shardCount(points, 100))).toEqual([
    1, 1, 1, 2, 2, 4, 8, 16,
  ]);
});

test("every point is in one shard, in order, and shards differ by one point at most", () => {
  const points = fc.uniqueArray(fc.nat(10_000), { maxLength: 2000 }).map((list) => list.sort((a, b) => a - b));
  fc.assert(
    fc.property(points, fc.integer({ min: 1, max: 16 }), (list, count) => {
      const shards = shardsOf(list, count);
      expect(shards.flat().sort((a, b) => a - b)).toEqual(list);
      for (const shard of shards) expect(shard).toEqual(shard.toSorted((a, b) => a - b));
      const sizes = shards.map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});
