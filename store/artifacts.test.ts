import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { env, provide } from "#env.ts";
import {
  artifactPath,
  hasArtifact,
  putBytes,
  putStream,
  readArtifact,
  sweepIncoming,
  TooLarge,
} from "#store/artifacts.ts";

beforeAll(async () => provide({ GAUNTLET_STATE: await mkdtemp(join(tmpdir(), "gauntlet-artifacts-")) }));
afterAll(() => rm(env.stateFolder, { recursive: true, force: true }));

const incoming = () => readdir(join(env.stateFolder, "artifacts/incoming"));
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function* chunks(...parts: Uint8Array[]) {
  yield* parts;
}

test("what is stored is found under its SHA-256, however it was cut into chunks", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 5 }), async (parts) => {
      const whole = Buffer.concat(parts);
      const artifact = await putStream(chunks(...parts), 1_000);
      expect(artifact).toEqual({ sha256: sha256(whole), bytes: whole.length });
      expect(Buffer.compare(await readArtifact(artifact.sha256), whole)).toBe(0);
    }),
    { numRuns: 30 },
  );
});

test("a stream one byte too long is refused and leaves nothing", async () => {
  const bytes = new Uint8Array(101).fill(7);
  await expect(putStream(chunks(bytes.subarray(0, 50), bytes.subarray(50)), 100)).rejects.toThrow(TooLarge);
  expect(await hasArtifact(sha256(bytes))).toBe(false);
  expect(await incoming()).toEqual([]);
});

test("a stream that breaks off leaves nothing under any name", async () => {
  async function* broken() {
    yield new Uint8Array(10);
    throw new Error("connection lost");
  }
  await expect(putStream(broken(), 100)).rejects.toThrow("connection lost");
  expect(await incoming()).toEqual([]);
});

test("two that store the same bytes at once both succeed", async () => {
  const bytes = new TextEncoder().encode("the same");
  const both = await Promise.all([putBytes(bytes), putStream(chunks(bytes), 100)]);
  expect(new Set(both.map((artifact) => artifact.sha256))).toEqual(new Set([sha256(bytes)]));
});

test.each(["../../etc/passwd", "", "A".repeat(64), "0".repeat(63)])("%j is no artifact's name", (name) => {
  expect(() => artifactPath(name)).toThrow();
});

test("uploads that were broken off long ago are swept, those under way are not", async () => {
  const never = new Promise<void>(() => {});
  async function* slow() {
    yield new Uint8Array(10);
    await never;
  }
  for (const _ of [1, 2]) void putStream(slow(), 100);
  await expect.poll(incoming).toHaveLength(2);
  const [old] = await incoming();
  await utimes(join(env.stateFolder, "artifacts/incoming", old!), 0, 0);
  expect(await sweepIncoming(60_000)).toBe(1);
  expect(await incoming()).toHaveLength(1);
});
