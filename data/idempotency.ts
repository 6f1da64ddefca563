import "server-only";
import { createHash } from "node:crypto";
import { type Outcome, refuse } from "#data/outcome.ts";
import type { Viewer } from "#data/viewer.ts";
import type { Db } from "#store/database.ts";

/**
 * Requests that may be sent again without being done again: the IETF's draft-ietf-httpapi-idempotency-key-header. A key
 * belongs to the person who sends it, for 24 hours. Only what was done is remembered: what was refused cost nothing,
 * and may be put right under the same key.
 */
const HOURS = 24;

/** A request's key and what it asks for, so that another request under the same key is told from a repetition. */
export interface Asked {
  key: string;
  fingerprint: string;
}

/** The key of a request, null where it has none; the draft writes it in quotation marks, most clients without. */
export function idempotencyKey(headers: Headers): Outcome<{ key: string | null }> {
  const given = headers.get("idempotency-key");
  if (given === null) return { ok: true, key: null };
  const key = /^("?)([\x21\x23-\x5b\x5d-\x7e]{1,255})\1$/.exec(given.trim())?.[2];
  if (key) return { ok: true, key };
  return refuse(400, {
    code: "bad-idempotency-key",
    message: "The idempotency key cannot be read.",
    where: "Idempotency-Key header",
    expected: "1 to 255 visible ASCII characters, such as a UUID",
    found: given.slice(0, 100),
  });
}

/** SHA-256 of what a request asks for, hex. Not of its bytes: a form that is sent again has other boundaries. */
export function fingerprintOf(asked: unknown): string {
  return createHash("sha256").update(JSON.stringify(asked)).digest("hex");
}

/** Whether the key was used in the last 24 hours. */
export async function isRepetition(db: Db, viewer: Viewer, key: string | null): Promise<boolean> {
  return key !== null && (await find(db, viewer, key)) !== null;
}

/**
 * What the same request became earlier; null where it is new. Refused where the key belongs to another request. Inside
 * the transaction that does the request, whose lock keeps a second one waiting.
 */
export async function earlier(
  db: Db,
  viewer: Viewer,
  { key, fingerprint }: Asked,
): Promise<Outcome<{ done: { submissionId: string | null } | null }>> {
  const done = await find(db, viewer, key);
  if (done === null || done.fingerprint === fingerprint) return { ok: true, done };
  return refuse(422, {
    code: "idempotency-key-reused",
    message: "This idempotency key has been used for another request.",
    where: "Idempotency-Key header",
    fix: "Send every new request with a key of its own.",
  });
}

/** Remembers that the request was done; forgets the person's old keys. */
export async function remember(db: Db, viewer: Viewer, { key, fingerprint }: Asked, submissionId?: string) {
  await db.idempotentRequest.deleteMany({ where: { personId: viewer.id, at: { lte: oldest() } } });
  await db.idempotentRequest.create({ data: { personId: viewer.id, key, fingerprint, submissionId } });
}

function find(db: Db, viewer: Viewer, key: string) {
  return db.idempotentRequest.findFirst({ where: { personId: viewer.id, key, at: { gt: oldest() } } });
}

function oldest(): Date {
  return new Date(Date.now() - HOURS * 60 * 60 * 1000);
}
