import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import {
  artifactName,
  confirm,
  DamagedArtifact,
  MissingArtifact,
  type Received,
  receive,
  type StoredArtifact,
} from "#store/artifact-folder.ts";

/** The store did not do what it was asked to: it refused, could not be reached, or broke off. A fault of ours, tried again. */
export class StoreFault extends Error {
  override name = "StoreFault";
  readonly code: "denied" | "unreachable";
  constructor(code: "denied" | "unreachable", what: string, cause: unknown) {
    super(`the artifact store ${code === "denied" ? "refused" : "failed"} to ${what}: ${words(cause)}`, { cause });
    this.code = code;
  }
}

const words = (cause: unknown) => (cause instanceof Error ? `${cause.name}: ${cause.message}`.slice(0, 300) : "?");

export interface BucketSettings {
  bucket: string;
  region: string;
  /** Where it is not Amazon's. */
  endpoint?: string | undefined;
  /** Both, or what the client finds by itself. */
  accessKeyId?: string | undefined;
  secretAccessKey?: string | undefined;
  /** A connection on which nothing has come for so long is given up. */
  idleMs?: number;
  /** Tries of each request, the first one included. */
  tries?: number;
}

export type Bucket = ReturnType<typeof openBucket>;

const IDLE_MS = 30_000;
const TRIES = 3;
/** A transfer that takes longer than this is a store that drips. */
const TRANSFER_MS = 15 * 60_000;

/**
 * A bucket of an S3-compatible store, its objects named as the files of a folder are: a folder may be copied into a
 * bucket, or back, as it is. Nothing that it answers is believed: what is fetched has the SHA-256 of its name or is
 * DamagedArtifact. Every method throws StoreFault where the store does not do its part.
 */
export function openBucket(settings: BucketSettings) {
  const { bucket: Bucket, idleMs = IDLE_MS, tries = TRIES } = settings;
  const client = clientOf(settings, idleMs);
  const about = (sha256: string) => ({ Bucket, Key: artifactName(sha256) });
  const retried = <T>(what: string, request: () => Promise<T>) => tried(tries, what, request);

  return {
    /** Uploads a received file. The request is signed over the SHA-256, so that a store that checks it refuses other bytes. */
    async put({ path, sha256, bytes }: Received): Promise<void> {
      await retried(`take ${sha256}`, async () => {
        const body = createReadStream(path);
        const command = new PutObjectCommand({ ...about(sha256), Body: body, ContentLength: bytes });
        command.middlewareStack.add(
          (next) => (args) => {
            (args.request as { headers: Record<string, string> }).headers["x-amz-content-sha256"] = sha256;
            return next(args);
          },
          { step: "build" },
        );
        await client.send(command, { abortSignal: AbortSignal.timeout(TRANSFER_MS) }).finally(() => body.destroy());
      });
    },

    /** Downloads into `incoming` what has the SHA-256 of its name. Throws MissingArtifact, DamagedArtifact. */
    fetch: (sha256: string, incoming: string): Promise<Received> =>
      retried(`give ${sha256}`, async () => {
        const signal = AbortSignal.timeout(TRANSFER_MS);
        const { Body } = await client
          .send(new GetObjectCommand(about(sha256)), { abortSignal: signal })
          .catch((error) => {
            throw error.name === "NoSuchKey" ? new MissingArtifact(sha256) : error;
          });
        const received = await receive(incoming, Body as AsyncIterable<Uint8Array>, Number.MAX_SAFE_INTEGER);
        try {
          confirm(sha256, received.sha256);
          return received;
        } catch (error) {
          await rm(received.path, { force: true });
          throw error;
        }
      }),

    /** What lies under that name, unread; null if nothing does. */
    stored: (sha256: string): Promise<StoredArtifact | null> =>
      retried(`look for ${sha256}`, async () => {
        try {
          const { ContentLength = 0, LastModified } = await client.send(new HeadObjectCommand(about(sha256)));
          return { sha256, bytes: ContentLength, renewed: LastModified ?? new Date() };
        } catch (error) {
          if ((error as Error).name === "NotFound") return null;
          throw error;
        }
      }),

    async *every(): AsyncGenerator<StoredArtifact> {
      for (let token: string | undefined; ; ) {
        const page = await retried("list itself", () =>
          client.send(new ListObjectsV2Command({ Bucket, ...(token && { ContinuationToken: token }) })),
        );
        for (const { Key = "", Size = 0, LastModified } of page.Contents ?? []) {
          const sha256 = Key.slice(-64);
          if (!/^[0-9a-f]{64}$/.test(sha256) || Key !== artifactName(sha256)) continue;
          yield { sha256, bytes: Size, renewed: LastModified ?? new Date() };
        }
        token = page.NextContinuationToken;
        if (!page.IsTruncated || token === undefined) return;
      }
    },

    async remove(sha256: string): Promise<void> {
      await retried(`remove ${sha256}`, () => client.send(new DeleteObjectCommand(about(sha256))));
    },

    /** An address that gives the artifact to whoever has it, as a file of that name, for `seconds`. */
    signedAddress(sha256: string, name: string, seconds: number): Promise<string> {
      const command = new GetObjectCommand({
        ...about(sha256),
        ResponseContentDisposition: `attachment; filename="${name.replace(/[^\w.-]/g, "_")}"`,
        ResponseContentType: "application/octet-stream",
      });
      return getSignedUrl(client, command, { expiresIn: seconds });
    },
  };
}

function clientOf({ region, endpoint, accessKeyId, secretAccessKey }: BucketSettings, idleMs: number): S3Client {
  return new S3Client({
    region,
    // Stores that are not Amazon's seldom have a host name for each bucket.
    ...(endpoint && { endpoint, forcePathStyle: true }),
    ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey } }),
    requestHandler: { connectionTimeout: Math.min(5_000, idleMs), socketTimeout: idleMs },
    // Our own hash says more, and not every store knows Amazon's.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // A body that has been sent in part cannot be sent again by the client: we try whole requests.
    maxAttempts: 1,
  });
}

async function tried<T>(tries: number, what: string, request: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      if (error instanceof MissingArtifact) throw error;
      if (isDenied(error)) throw new StoreFault("denied", what, error);
      if (attempt < tries) await sleep(200 * 2 ** attempt);
      else if (error instanceof DamagedArtifact) throw error;
      else throw new StoreFault("unreachable", what, error);
    }
  }
}

function isDenied(error: unknown): boolean {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode === 401 || $metadata?.httpStatusCode === 403;
}
