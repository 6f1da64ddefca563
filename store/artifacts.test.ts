import { createHash } from "node:crypto";
import { mkdtemp, open, readdir, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { env, provide } from "#env.ts";
import { artifactName, DamagedArtifact, MissingArtifact, TooLarge } from "#store/artifact-folder.ts";
import {
  artifactFile,
  everyArtifact,
  hasArtifact,
  openArtifact,
  putBytes,
  putStream,
  readArtifact,
  removeArtifact,
  sweepIncoming,
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
  expect(() => artifactName(name)).toThrow();
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

describe("what lies on the disk is believed as far as its hash goes", () => {
  const bytes = new TextEncoder().encode("what the hash says");
  const name = sha256(bytes);
  const path = () => join(env.stateFolder, "artifacts", artifactName(name));
  const flip = async () => {
    const file = await open(path(), "r+");
    await file.write(Uint8Array.of(bytes[3]! ^ 1), 0, 1, 3);
    await file.close();
  };
  beforeEach(() => putBytes(bytes));

  test.each([
    ["as a file", artifactFile],
    ["into memory", readArtifact],
    ["by parts", openArtifact],
  ])("one bit changed: read %s it is damaged, and written anew it is whole", async (_how, read) => {
    await read(name).then((whole) => (whole as { close?(): unknown }).close?.());
    await flip();
    await expect(read(name)).rejects.toThrow(DamagedArtifact);
    await putBytes(bytes);
    expect(Buffer.compare(await readArtifact(name), bytes)).toBe(0);
  });

  test("what is not there is missing, and says so", async () => {
    await removeArtifact(name);
    for (const read of [artifactFile, readArtifact, openArtifact])
      await expect(read(name)).rejects.toThrow(MissingArtifact);
  });

  test("asking for it where it would have been written makes it young again", async () => {
    await utimes(path(), 0, 0);
    await putBytes(bytes);
    expect(Date.now() - (await stat(path())).mtimeMs).toBeLessThan(60_000);
  });

  test("every artifact is listed, and nothing that is under way or was left by others", async () => {
    const listed = new Map<string, number>();
    for await (const artifact of everyArtifact()) listed.set(artifact.sha256, artifact.bytes);
    expect(listed.get(name)).toBe(bytes.length);
    expect([...listed.keys()].every((listed) => /^[0-9a-f]{64}$/.test(listed))).toBe(true);
  });
});
