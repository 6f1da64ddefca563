import { createHash, randomBytes } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * A folder of immutable files named by the SHA-256 of their bytes: the store itself where there is no bucket, and what is
 * kept of a bucket where there is one. A file appears under its name only when it is whole and on disk (written beside,
 * fsynced, renamed), so that a reader, or a crash, never meets half of one.
 */

export interface Artifact {
  sha256: string;
  bytes: number;
}

/** An artifact as it lies in its store. `renewed`: when it was last written, or asked for where it would have been. */
export interface StoredArtifact extends Artifact {
  renewed: Date;
}

/** Thrown by `receive` when the stream is longer than allowed; nothing of it is kept. */
export class TooLarge extends Error {
  override name = "TooLarge";
}

/** The bytes under an artifact's name are not those that the name says. Never a verdict: a fault of ours, tried again. */
export class DamagedArtifact extends Error {
  override name = "DamagedArtifact";
  constructor(sha256: string, found: string) {
    super(`the artifact ${sha256} is damaged: ${found}`);
  }
}

/** There is nothing under an artifact's name. */
export class MissingArtifact extends Error {
  override name = "MissingArtifact";
  constructor(sha256: string) {
    super(`the artifact ${sha256} is not in the store`);
  }
}

/**
 * Where an artifact lies, below its store's root; the same in a folder and in a bucket. Throws on anything that is not a
 * SHA-256 in lower-case hex: names never come from people.
 */
export function artifactName(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error("not the name of an artifact");
  return `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
}

/** A file under a random name in `incoming`, its hash taken on the way. */
export interface Received extends Artifact {
  path: string;
}

/** Writes a stream chunk by chunk, hashing as it goes. Throws TooLarge beyond `maxBytes`; rethrows the stream's error. */
export async function receive(
  incoming: string,
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Received> {
  await mkdir(incoming, { recursive: true });
  const path = join(incoming, randomBytes(16).toString("hex"));
  const file = await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  try {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new TooLarge(`more than ${maxBytes} bytes`);
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
    return { path, sha256: hash.digest("hex"), bytes };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** Gives a received file its name. */
export async function keep(root: string, { path, sha256 }: Received): Promise<void> {
  const target = join(root, artifactName(sha256));
  await mkdir(dirname(target), { recursive: true });
  await rename(path, target);
}

/**
 * Path of an artifact whose bytes have just been read and are those of its name. Throws DamagedArtifact where they are
 * not, MissingArtifact where there are none.
 */
export async function verified(root: string, sha256: string): Promise<string> {
  const path = join(root, artifactName(sha256));
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  } catch (error) {
    throw missing(error) ? new MissingArtifact(sha256) : error;
  }
  confirm(sha256, hash.digest("hex"));
  return path;
}

/** The bytes of an artifact, which are those of its name. Throws as `verified` does. */
export async function readVerified(root: string, sha256: string): Promise<Buffer<ArrayBuffer>> {
  const bytes = await readFile(join(root, artifactName(sha256))).catch((error) => {
    throw missing(error) ? new MissingArtifact(sha256) : error;
  });
  confirm(sha256, createHash("sha256").update(bytes).digest("hex"));
  return bytes as Buffer<ArrayBuffer>;
}

const missing = (error: unknown) => (error as NodeJS.ErrnoException).code === "ENOENT";

/** Throws DamagedArtifact where the SHA-256 found is another than the name. */
export function confirm(sha256: string, found: string): void {
  if (found !== sha256) throw new DamagedArtifact(sha256, `its bytes have the SHA-256 ${found}`);
}

/** Files that were found whole, by what would be another if anybody had written to them since. */
const wholeOnes = new Map<string, string>();
const REMEMBERED = 10_000;

/**
 * An artifact opened for reading parts of it. It is read through once, and again only after its file has changed: where
 * every picture of a page is one row, the whole file a row would be most of the work. Throws as `verified` does.
 */
export async function openVerified(root: string, sha256: string): Promise<FileHandle> {
  const file = await open(join(root, artifactName(sha256))).catch((error) => {
    throw missing(error) ? new MissingArtifact(sha256) : error;
  });
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await file.stat({ bigint: true });
    const now = [dev, ino, size, mtimeNs, ctimeNs].join();
    if (wholeOnes.get(sha256) === now) return file;
    const hash = createHash("sha256");
    for await (const chunk of file.createReadStream({ autoClose: false, start: 0, highWaterMark: 2 ** 20 }))
      hash.update(chunk);
    confirm(sha256, hash.digest("hex"));
    if (wholeOnes.size >= REMEMBERED) wholeOnes.clear();
    wholeOnes.set(sha256, now);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Says that an artifact is wanted now, so that neither trimming nor the collection of orphans takes it. */
export async function renew(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now);
}

/** What lies under that name, unread; null if nothing does. */
export async function stored(root: string, sha256: string): Promise<StoredArtifact | null> {
  const found = await stat(join(root, artifactName(sha256))).catch(() => null);
  return found && { sha256, bytes: found.size, renewed: found.mtime };
}

/** Every artifact of the folder, in the order of their names. */
export async function* everyStored(root: string): AsyncGenerator<StoredArtifact> {
  for (const first of await hexFolders(root))
    for (const second of await hexFolders(join(root, first)))
      for (const sha256 of (await readdir(join(root, first, second))).toSorted()) {
        const found = /^[0-9a-f]{64}$/.test(sha256) ? await stored(root, sha256) : null;
        if (found) yield found;
      }
}

async function hexFolders(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^[0-9a-f]{2}$/.test(name)).toSorted();
}

/** Deletes what was broken off in `incoming`, older than `olderThanMs`; returns how many. */
export async function sweep(incoming: string, olderThanMs: number): Promise<number> {
  const names = await readdir(incoming).catch(() => []);
  let swept = 0;
  for (const name of names) {
    const path = join(incoming, name);
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
