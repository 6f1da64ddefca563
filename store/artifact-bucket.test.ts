import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { env, provide } from "#env.ts";
import { type Bucket, openBucket, StoreFault } from "#store/artifact-bucket.ts";
import { artifactName, DamagedArtifact, MissingArtifact, type Received, receive } from "#store/artifact-folder.ts";
import {
  artifactFile,
  everyArtifact,
  hasArtifact,
  openArtifact,
  putBytes,
  readArtifact,
  removeArtifact,
  signedAddress,
  trimCache,
} from "#store/artifacts.ts";
import { type BadStore, type Mischief, startBadStore } from "#store/testing/bad-store.ts";
import { noS3Server, type S3Server, startS3Server } from "#store/testing/s3-server.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const IDLE_MS = 1_000;

describe.skipIf(noS3Server !== null)(`a bucket of a real S3 server${noS3Server ? ` (${noS3Server})` : ""}`, () => {
  let folder: string;
  let server: S3Server;
  let bad: BadStore;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gauntlet-bucket-"));
    await mkdir(join(folder, "s3/artifacts"), { recursive: true });
    for (const stranger of ["a-stranger", "f".repeat(64)]) await writeFile(join(folder, "s3/artifacts", stranger), "x");
    server = await startS3Server(join(folder, "s3"));
    bad = await startBadStore(server.settings.endpoint);
    provide({ ...server.variables, GAUNTLET_STATE: join(folder, "state"), ARTIFACT_DOWNLOADS: "bucket" });
  });
  afterAll(async () => {
    bad?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Of this test alone. */
  let bytes: Buffer;
  let made = 0;
  beforeEach(() => {
    bytes = Buffer.alloc(200_000, `artifact ${made++} `);
  });
  const cached = (name: string) => join(env.stateFolder, "artifact-cache", artifactName(name));
  const incoming = () => readdir(join(env.stateFolder, "artifact-cache/incoming"));

  test("what is put is there under its SHA-256, read back by a cache that never saw it", async () => {
    const { sha256: name } = await putBytes(bytes);
    expect(name).toBe(sha256(bytes));
    expect(await readFile(join(server.objects, artifactName(name)))).toEqual(bytes);
    await rm(cached(name));
    expect(await readArtifact(name)).toEqual(bytes);
    expect(await readFile(await artifactFile(name))).toEqual(bytes);
    expect(await hasArtifact(name)).toBe(true);
    expect(await incoming()).toEqual([]);
  });

  test("what is cached is read without the store; a bit that flipped in the cache sends us to the store", async () => {
    const { sha256: name } = await putBytes(bytes);
    await server.stop();
    expect(await readArtifact(name)).toEqual(bytes);
    await server.start();
    await writeFile(cached(name), Buffer.alloc(bytes.length, "other"));
    const file = await openArtifact(name);
    expect(await file.readFile()).toEqual(bytes);
    await file.close();
  });

  test("other bytes in the bucket under that name are damaged, and nothing of them stays", async () => {
    const { sha256: name } = await putBytes(bytes);
    await rm(cached(name));
    await writeFile(join(server.objects, artifactName(name)), Buffer.alloc(bytes.length, "other"));
    for (const read of [readArtifact, artifactFile, openArtifact])
      await expect(read(name)).rejects.toThrow(DamagedArtifact);
    await expect(readFile(cached(name))).rejects.toThrow("ENOENT");
    expect(await incoming()).toEqual([]);
  });

  test("what the bucket does not have is missing", async () => {
    const name = sha256(bytes);
    expect(await hasArtifact(name)).toBe(false);
    await expect(readArtifact(name)).rejects.toThrow(MissingArtifact);
  });

  test("every artifact is listed, strangers' objects are not, and one that is removed is gone", async () => {
    const { sha256: name } = await putBytes(bytes);
    const list = async () => {
      const all = new Map<string, number>();
      for await (const artifact of everyArtifact()) all.set(artifact.sha256, artifact.bytes);
      return all;
    };
    const listed = await list();
    expect(listed.get(name)).toBe(bytes.length);
    expect(listed.has("f".repeat(64))).toBe(false);
    await removeArtifact(name);
    expect((await list()).has(name)).toBe(false);
    await expect(readArtifact(name)).rejects.toThrow(MissingArtifact);
  });

  test("a signed address gives the file to anybody, and without its signature nobody has it", async () => {
    const { sha256: name } = await putBytes(bytes);
    const address = (await signedAddress(name, 'my "model".onnx'))!;
    const answer = await fetch(address);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
    expect(address).toContain("X-Amz-Expires=300");
    expect(new URL(address).searchParams.get("response-content-disposition")).toBe(
      'attachment; filename="my__model_.onnx"',
    );
    const { origin, pathname } = new URL(address);
    expect((await fetch(origin + pathname)).ok).toBe(false);
    expect((await fetch(address.replace(/Signature=..../, "Signature=0000"))).ok).toBe(false);
  });

  test("the cache is cut to its bound, what was used last and just now stays", async () => {
    provide({ ARTIFACT_CACHE_MIB: "1" });
    const names: string[] = [];
    for (let i = 0; i < 8; i++) names.push((await putBytes(Buffer.alloc(200_000, `trim ${i} `))).sha256);
    expect(await trimCache()).toBe(0);
    for (const [i, name] of names.entries()) await utimes(cached(name), i + 1, i + 1);
    await readArtifact(names[0]!);
    expect(await trimCache()).toBeGreaterThanOrEqual(600_000);
    await readFile(cached(names[0]!));
    await expect(readFile(cached(names[1]!))).rejects.toThrow("ENOENT");
    await readFile(cached(names[7]!));
    expect(await readArtifact(names[1]!)).toEqual(Buffer.alloc(200_000, "trim 1 "));
  });

  describe("a store that does badly", () => {
    let bucket: Bucket;
    let folderOfTest: string;
    let received: Received;
    beforeEach(async () => {
      folderOfTest = await mkdtemp(join(folder, "incoming-"));
      bucket = openBucket({ ...server.settings, endpoint: bad.endpoint, idleMs: IDLE_MS });
      received = await receive(
        folderOfTest,
        (async function* () {
          yield bytes;
        })(),
        bytes.length,
      );
      bad.next("silence", 0);
    });

    const once: Mischief[] = ["silence", "stall", "cut", "short", "other bytes", "busy", "gone"];
    test.each(once)("%s, once: the artifact is fetched whole by the next try", async (mischief) => {
      await bucket.put(received);
      bad.next(mischief);
      const before = bad.requests();
      const again = await bucket.fetch(received.sha256, folderOfTest);
      expect(bad.requests()).toBe(before + 2);
      expect(await readFile(again.path)).toEqual(bytes);
    });

    test.each(["silence", "busy"] as const)("%s, once: the artifact is put by the next try", async (mischief) => {
      bad.next(mischief);
      await bucket.put(received);
      expect(await readFile(join(server.objects, artifactName(received.sha256)))).toEqual(bytes);
    });

    test.each([
      ["silence", StoreFault, "failed to give"],
      ["cut", StoreFault, "failed to give"],
      ["gone", StoreFault, "NoSuchBucket"],
      ["short", DamagedArtifact, "SHA-256"],
      ["other bytes", DamagedArtifact, "SHA-256"],
    ] as const)("%s, always: it ends with its name, and nothing is left", async (mischief, kind, words) => {
      await bucket.put(received);
      bad.next(mischief, 3);
      const outcome = bucket.fetch(received.sha256, folderOfTest);
      await expect(outcome).rejects.toThrow(kind);
      await expect(outcome).rejects.toThrow(words);
      expect(await readdir(folderOfTest)).toEqual([received.path.split("/").at(-1)]);
    });

    test("denied: named at once, without trying again", async () => {
      const before = bad.requests();
      bad.next("denied", 3);
      await expect(bucket.fetch(received.sha256, folderOfTest)).rejects.toThrow(/refused to give .*AccessDenied/);
      expect(bad.requests()).toBe(before + 1);
    });

    test("a wrong key is denied by the real server, for every request", async () => {
      const stranger = openBucket({ ...server.settings, secretAccessKey: "another" });
      await expect(stranger.put(received)).rejects.toThrow("refused to take");
      await expect(stranger.fetch(received.sha256, folderOfTest)).rejects.toThrow("refused to give");
      await expect(stranger.stored(received.sha256)).rejects.toThrow("refused to look for");
      await expect(stranger.every().next()).rejects.toThrow("refused to list");
    });

    test("other bytes than the hash that was signed are refused by the server, or found by whoever reads", async () => {
      const lie = { ...received, sha256: sha256(Buffer.from("something else")) };
      const put = bucket.put(lie).then(
        () => bucket.fetch(lie.sha256, folderOfTest),
        (error) => Promise.reject(error),
      );
      await expect(put).rejects.toThrow(/SHA-?256/i);
    });
  });
});
