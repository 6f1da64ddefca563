import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { challengeSeed, noiseKey, publishSeeds, searchSeed } from "#evaluator/seeds.ts";
import { type Archive, openArchive } from "#evaluator/testing/archive.ts";

let archive: Archive;
beforeAll(async () => {
  archive = await openArchive();
});
afterAll(() => archive?.close());

const secret = Buffer.alloc(32, 7);

test("every installation, challenge, model and row has noise of its own, always the same", () => {
  const seeds = [challengeSeed(secret, "a"), challengeSeed(secret, "b"), challengeSeed(Buffer.alloc(32, 8), "a")];
  const keys = seeds.flatMap((seed) =>
    ["model 1", "model 2"].flatMap((model) =>
      ["point:1", "point:11", "holdout:1"].map((row) => noiseKey(seed, model, row)),
    ),
  );
  expect(new Set(keys.map((key) => key.toString("hex"))).size).toBe(18);
  for (const key of keys) expect(key).toHaveLength(16);
  expect(noiseKey(challengeSeed(secret, "a"), "model 1", "point:1")).toEqual(keys[0]);
});

test("every installation, search and model has a seed of its own", () => {
  const seeds = [secret, Buffer.alloc(32, 8)].flatMap((key) =>
    (["house", "curve", "holdout-gauntlet"] as const).flatMap((search) =>
      ["model 1", "model 2"].map((model) => searchSeed(key, search, model)),
    ),
  );
  expect(new Set(seeds).size).toBe(12);
  for (const seed of seeds) expect(seed).toMatch(/^[0-9a-f]{32}$/);
});

test("a seed's hash is public from the start, the seed itself from the close, and it is the seed of that hash", async () => {
  const { db } = archive;
  const { row } = await archive.challenge();
  const closesAt = new Date("2026-12-01T00:00:00Z");
  await db.challenge.update({ where: { id: row.id }, data: { closesAt } });
  const publishedAt = async (now: Date) => {
    await publishSeeds(db, secret, now);
    return db.challenge.findUniqueOrThrow({ where: { id: row.id } });
  };
  const before = await publishedAt(new Date(closesAt.getTime() - 1));
  expect(before.seed).toBeNull();
  const after = await publishedAt(closesAt);
  expect(after.seed).toBe(challengeSeed(secret, row.slug));
  expect(createHash("sha256").update(Buffer.from(after.seed!, "hex")).digest("hex")).toBe(before.seedHash);
});
