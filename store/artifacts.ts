import { createHash, randomBytes } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { env } from "#env.ts";

/**
 * The content-addressed store: immutable files named by the SHA-256 of their bytes. A file appears under its name only
 * when it is whole and on disk (written beside, fsynced, renamed), so that a reader, or a crash, never meets half of one.
 */
const root = () => join(env.stateFolder, "artifacts");
const incoming = () => join(root(), "incoming");

export interface Artifact {
  sha256: string;
  bytes: number;
}

/** Thrown by `putStream` when the stream is longer than allowed; nothing of it is kept. */
export class TooLarge extends Error {
  override name = "TooLarge";
}

/** Where the artifact lies. Throws on anything that is not a SHA-256 in lower-case hex: names never come from people. */
export function artifactPath(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error("not the name of an artifact");
  return join(root(), sha256.slice(0, 2), sha256.slice(2, 4), sha256);
}

/** Stores a stream chunk by chunk, hashing as it goes. Throws TooLarge beyond `maxBytes`; rethrows the stream's error. */
export async function putStream(stream: Readable | AsyncIterable<Uint8Array>, maxBytes: number): Promise<Artifact> {
  await mkdir(incoming(), { recursive: true });
  const temporary = join(incoming(), randomBytes(16).toString("hex"));
  const file = await open(temporary, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  try {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new TooLarge(`more than ${maxBytes} bytes`);
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
    const sha256 = hash.digest("hex");
    const path = artifactPath(sha256);
    await mkdir(join(path, ".."), { recursive: true });
    await rename(temporary, path);
    return { sha256, bytes };
  } finally {
    await file.close();
    await rm(temporary, { force: true });
  }
}

export async function putBytes(bytes: Uint8Array): Promise<Artifact> {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (await hasArtifact(sha256)) return { sha256, bytes: bytes.length };
  return putStream(chunks(bytes), bytes.length);
}

async function* chunks(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

export async function hasArtifact(sha256: string): Promise<boolean> {
  return access(artifactPath(sha256)).then(
    () => true,
    () => false,
  );
}

/** The whole artifact in memory: only for what we made ourselves and know to be small (points, canonical rows). */
export async function readArtifact(sha256: string): Promise<Buffer<ArrayBuffer>> {
  return (await readFile(artifactPath(sha256))) as Buffer<ArrayBuffer>;
}

export function streamArtifact(sha256: string): Readable {
  return createReadStream(artifactPath(sha256));
}

export async function artifactBytes(sha256: string): Promise<number> {
  return (await stat(artifactPath(sha256))).size;
}

/** Deletes uploads that were broken off, older than `olderThanMs`; returns how many. */
export async function sweepIncoming(olderThanMs: number): Promise<number> {
  const names = await readdir(incoming()).catch(() => []);
  let swept = 0;
  for (const name of names) {
    const path = join(incoming(), name);
    const age = await stat(path).then(
      (s) => Date.now() - s.mtimeMs,
      () => 0,
    );
    if (age < olderThanMs) continue;
    await rm(path, { force: true });
    swept++;
  }
  return swept;
}
