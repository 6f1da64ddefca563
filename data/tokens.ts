import { createHmac, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { Name } from "#contest/challenge.ts";
import { emailAddress } from "#data/email-address.ts";
import { makePerson, viewerOf } from "#data/people.ts";
import { together } from "#data/together.ts";
import type { Viewer } from "#data/viewer.ts";
import { installationKey } from "#env.ts";
import { database } from "#store/database.ts";

/**
 * Personal API tokens: 256 random bits that are shown once and kept only as a keyed hash. `gtl_` and a checksum at the
 * end let secret scanners (and us, before any look-up) tell one from any other string. No "server-only" here: the
 * command that issues a token runs outside of the site.
 */
export const SCOPES = ["read", "submit"] as const;
export type Scope = (typeof SCOPES)[number];

export const TokenForm = z.object({
  name: Name,
  scopes: z.array(z.enum(SCOPES)).min(1, "expected at least one scope"),
  days: z.coerce.number().int().min(1).max(730).nullable().describe("Days until it expires; null for never"),
});
export type TokenForm = z.infer<typeof TokenForm>;

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SHAPE = /^gtl_[0-9A-Za-z]{49}$/;
/** Writing `lastUsedAt` on every request would make every read a write. */
const USED_RESOLUTION_MS = 60_000;
const MOST_TOKENS = 50;
const DAY = 24 * 60 * 60 * 1000;

function base62(value: bigint, length: number): string {
  let text = "";
  for (let rest = value; text.length < length; rest /= 62n) text = DIGITS[Number(rest % 62n)] + text;
  return text;
}

function checksum(body: string): string {
  return base62(BigInt(crc32(body)), 6);
}

/** A new token: `gtl_`, 43 digits in base 62, and a CRC-32 of both in 6 more. */
export function newToken(): string {
  const body = `gtl_${base62(BigInt(`0x${randomBytes(32).toString("hex")}`), 43)}`;
  return body + checksum(body);
}

export function looksLikeToken(text: string): boolean {
  return SHAPE.test(text) && checksum(text.slice(0, -6)) === text.slice(-6);
}

/** HMAC-SHA256 of a token under a key of this installation, hex: a stolen table opens nothing. */
export function tokenHash(token: string): string {
  return createHmac("sha256", installationKey("token pepper")).update(token).digest("hex");
}

export interface TokenRow {
  id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

/** The viewer's tokens that are not revoked, newest first. */
export async function listTokens(viewer: Viewer): Promise<TokenRow[]> {
  const rows = await database().apiToken.findMany({
    where: { personId: viewer.id, revokedAt: null },
    orderBy: { createdAt: "desc" },
  });
  return rows.map(({ id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt }) => ({
    ...{ id, name, prefix, createdAt, expiresAt, lastUsedAt },
    scopes: SCOPES.filter((scope) => scopes.includes(scope)),
  }));
}

/** Makes a token; this is the only time that its text is known. Null when the person has 50 already. */
export async function createToken(personId: string, form: TokenForm): Promise<string | null> {
  if ((await database().apiToken.count({ where: { personId, revokedAt: null } })) >= MOST_TOKENS) return null;
  const token = newToken();
  const expiresAt = form.days === null ? null : new Date(Date.now() + form.days * DAY);
  await database().apiToken.create({
    data: {
      personId,
      name: form.name,
      scopes: form.scopes,
      prefix: token.slice(0, 8),
      hash: tokenHash(token),
      expiresAt,
    },
  });
  return token;
}

/** Ends a token of the viewer's; false when they have none with that id. */
export async function revokeToken(viewer: Viewer, id: string): Promise<boolean> {
  const { count } = await database().apiToken.updateMany({
    where: { id, personId: viewer.id, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  return count > 0;
}

const rowOf = together(async (hashes: string[]) => {
  const rows = await database().apiToken.findMany({ where: { hash: { in: hashes } }, include: { person: true } });
  return new Map(rows.map((row) => [row.hash, row]));
});

/** Whose token it is and what it may do; null when it is unknown, revoked, expired or its person is suspended. */
export async function viewerOfToken(token: string): Promise<{ viewer: Viewer; scopes: Scope[] } | null> {
  if (!looksLikeToken(token)) return null;
  const row = await rowOf(tokenHash(token));
  const now = new Date();
  if (!row || row.revokedAt || (row.expiresAt && row.expiresAt <= now) || row.person.suspendedAt) return null;
  if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() > USED_RESOLUTION_MS)
    await database().apiToken.update({ where: { id: row.id }, data: { lastUsedAt: now } });
  return { viewer: viewerOf(row.person), scopes: SCOPES.filter((scope) => row.scopes.includes(scope)) };
}

/**
 * A token that may read and submit for the person with this e-mail address, made now if there is none: whoever runs
 * commands on the server's own machine vouches for them, so a new account counts as approved. Throws on a bad address.
 */
export async function issueToken(email: string): Promise<{ token: string; handle: string; created: boolean }> {
  const address = emailAddress(email);
  if (!address) throw new Error(`"${email}" is not an e-mail address.`);
  const db = database();
  const made = await makePerson(db, { email: address, name: address.split("@")[0]!, approvedAt: new Date() });
  const person = made ?? (await db.person.findUniqueOrThrow({ where: { email: address } }));
  const token = await createToken(person.id, { name: "issued on the server", scopes: [...SCOPES], days: null });
  if (!token) throw new Error(`${address} has ${MOST_TOKENS} tokens already; revoke one under Settings.`);
  return { token, handle: person.handle, created: made !== null };
}
