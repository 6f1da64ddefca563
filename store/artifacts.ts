import { createHash } from "node:crypto";
import { type FileHandle, rm } from "node:fs/promises";
import { join } from "node:path";
import { env } from "#env.ts";
import type { Bucket } from "#store/artifact-bucket.ts";
import {
  type Artifact,
  artifactName,
  DamagedArtifact,
  everyStored,
  keep,
  openVerified,
  readVerified,
  receive,
  renew,
  type StoredArtifact,
  stored,
  sweep,
  verified,
} from "#store/artifact-folder.ts";

/**
 * The content-addressed store: in the state folder, or in a bucket of an S3-compatible store (ARTIFACT_BUCKET), of which
 * the state folder then keeps what was used last. Whatever is read has the SHA-256 that its name says, or DamagedArtifact
 * is thrown: a disk or a store that gives other bytes costs a retry, never a score.
 */
const folder = () => join(env.stateFolder, "artifacts");
const cache = () => join(env.stateFolder, "artifact-cache");
const local = () => (env.ARTIFACT_BUCKET === undefined ? folder() : cache());
const incoming = () => join(local(), "incoming");

/** What is there and was asked for within this time is not written again; the collection of orphans leaves it more. */
const RENEWED_MS = 12 * 60 * 60_000;
/** What was used within this time may be in use still. */
const IN_USE_MS = 10 * 60_000;
const SIGNED_SECONDS = 300;

let opened: { env: typeof env; bucket: Promise<Bucket> } | undefined;

/** The bucket that the environment names; null where artifacts lie in the state folder. */
async function bucket(): Promise<Bucket | null> {
  if (env.ARTIFACT_BUCKET === undefined) return null;
  if (opened?.env !== env) opened = { env, bucket: open(env.ARTIFACT_BUCKET) };
  return opened.bucket;
}

async function open(name: string): Promise<Bucket> {
  // Most installations never need the client.
  const { openBucket } = await import("#store/artifact-bucket.ts");
  return openBucket({
    bucket: name,
    region: env.S3_REGION,
    endpoint: env.S3_ENDPOINT,
    accessKeyId: env.S3_ACCESS_KEY_ID,
    secretAccessKey: env.S3_SECRET_ACCESS_KEY,
  });
}

/** Stores a stream chunk by chunk, hashing as it goes. Throws TooLarge beyond `maxBytes`; rethrows the stream's error. */
export async function putStream(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Artifact> {
  const received = await receive(incoming(), stream, maxBytes);
  try {
    await (await bucket())?.put(received);
    await keep(local(), received);
  } finally {
    await rm(received.path, { force: true });
  }
  if (env.ARTIFACT_BUCKET !== undefined) grown(received.bytes);
  return { sha256: received.sha256, bytes: received.bytes };
}

export async function putBytes(bytes: Uint8Array): Promise<Artifact> {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (await renewed(sha256, bytes.length)) return { sha256, bytes: bytes.length };
  return putStream(chunks(bytes), bytes.length);
}

async function* chunks(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

/** Whether the artifact is there, whole and young, so that the collection of orphans leaves it alone for long enough. */
async function renewed(sha256: string, bytes: number): Promise<boolean> {
  const remote = await bucket();
  if (remote) {
    const found = await remote.stored(sha256);
    return found?.bytes === bytes && Date.now() - found.renewed.getTime() < RENEWED_MS;
  }
  return verified(folder(), sha256).then(
    (path) => renew(path).then(() => true),
    () => false,
  );
}

export async function hasArtifact(sha256: string): Promise<boolean> {
  return (await storedArtifact(sha256)) !== null;
}

/** What the store has under that name, unread; null if nothing. */
export async function storedArtifact(sha256: string): Promise<StoredArtifact | null> {
  const remote = await bucket();
  return remote ? remote.stored(sha256) : stored(folder(), sha256);
}

/**
 * Path of a file with the artifact's bytes, which have just been verified. It stays for ten minutes at least. Throws
 * DamagedArtifact, MissingArtifact, StoreFault.
 */
export function artifactFile(sha256: string): Promise<string> {
  return read(sha256, verified);
}

/** The whole artifact in memory: only for what we made ourselves and know to be small (points, canonical rows). */
export function readArtifact(sha256: string): Promise<Buffer<ArrayBuffer>> {
  return read(sha256, readVerified);
}

/** The artifact opened for reading parts of it, or streaming it; close it. */
export function openArtifact(sha256: string): Promise<FileHandle> {
  return read(sha256, openVerified);
}

type Read<T> = (root: string, sha256: string) => Promise<T>;

async function read<T>(sha256: string, from: Read<T>): Promise<T> {
  const remote = await bucket();
  if (!remote) return from(folder(), sha256);
  const path = join(cache(), artifactName(sha256));
  try {
    await renew(path);
    return await from(cache(), sha256);
  } catch (error) {
    if (error instanceof DamagedArtifact) await rm(path, { force: true });
  }
  await fetched(remote, sha256);
  return from(cache(), sha256);
}

const underWay = new Map<string, Promise<void>>();

/** Brings an artifact into the cache; those who want the same one wait for the same download. */
function fetched(remote: Bucket, sha256: string): Promise<void> {
  let download = underWay.get(sha256);
  if (!download) {
    download = remote
      .fetch(sha256, incoming())
      .then(async (received) => {
        await keep(cache(), received);
        grown(received.bytes);
      })
      .finally(() => underWay.delete(sha256));
    underWay.set(sha256, download);
  }
  return download;
}

let sinceTrim = 0;

function grown(bytes: number): void {
  sinceTrim += bytes;
  if (sinceTrim < (env.ARTIFACT_CACHE_MIB * 2 ** 20) / 10) return;
  sinceTrim = 0;
  // A cache that is too large does no harm until the next time.
  void trimCache().catch(() => {});
}

/**
 * Deletes what was used longest ago of a bucket's cache, until it has no more than ARTIFACT_CACHE_MIB; what was used
 * within ten minutes stays. Returns how many bytes went. Nothing to do where artifacts lie in the folder.
 */
export async function trimCache(): Promise<number> {
  if (env.ARTIFACT_BUCKET === undefined) return 0;
  const all: StoredArtifact[] = [];
  for await (const artifact of everyStored(cache())) all.push(artifact);
  let over = all.reduce((sum, { bytes }) => sum + bytes, 0) - env.ARTIFACT_CACHE_MIB * 2 ** 20;
  let freed = 0;
  for (const { sha256, bytes, renewed } of all.toSorted((a, b) => a.renewed.getTime() - b.renewed.getTime())) {
    if (over <= 0 || Date.now() - renewed.getTime() < IN_USE_MS) break;
    await rm(join(cache(), artifactName(sha256)), { force: true });
    over -= bytes;
    freed += bytes;
  }
  return freed;
}

/**
 * An address of the bucket itself that gives the artifact as a file of that name, for five minutes, to whoever has it:
 * ask only after the viewer may have it. Null where the site sends artifacts itself (ARTIFACT_DOWNLOADS).
 */
export async function signedAddress(sha256: string, name: string): Promise<string | null> {
  if (env.ARTIFACT_DOWNLOADS === "site") return null;
  return (await (await bucket())?.signedAddress(sha256, name, SIGNED_SECONDS)) ?? null;
}

/** Every artifact of the store, in no promised order; uploads that are under way are not among them. */
export async function* everyArtifact(): AsyncGenerator<StoredArtifact> {
  const remote = await bucket();
  yield* remote ? remote.every() : everyStored(folder());
}

/** Removes an artifact for good. Only the collection of orphans does. */
export async function removeArtifact(sha256: string): Promise<void> {
  await (await bucket())?.remove(sha256);
  await rm(join(local(), artifactName(sha256)), { force: true });
}

/** Deletes uploads that were broken off, older than `olderThanMs`; returns how many. */
export function sweepIncoming(olderThanMs: number): Promise<number> {
  return sweep(incoming(), olderThanMs);
}
