import "server-only";
import { cookies, headers } from "next/headers";
import { decode, encode } from "next-auth/jwt";
import { cache } from "react";
import { FOREIGN_ORIGIN, isOwnOrigin } from "#data/origin.ts";
import { type Outcome, type Refused, refuse } from "#data/outcome.ts";
import { viewerOf } from "#data/people.ts";
import { SCOPES, type Scope, viewerOfToken } from "#data/tokens.ts";
import type { Viewer } from "#data/viewer.ts";
import { env } from "#env.ts";
import { database } from "#store/database.ts";

/** Sessions end after 30 days, or earlier when the person's `sessionVersion` is raised. */
export const SESSION_SECONDS = 30 * 24 * 60 * 60;
const SECURE = env.siteUrl.startsWith("https:");
export const SESSION_COOKIE = SECURE ? "__Host-gauntlet-session" : "gauntlet-session";
export const SESSION_COOKIE_OPTIONS = { httpOnly: true, sameSite: "lax", secure: SECURE, path: "/" } as const;

/** What next-auth's encrypted token carries: whose session it is, and the version that it was made under. */
export interface SessionToken {
  sub: string;
  version: number;
}

function secret(): string {
  if (env.NEXTAUTH_SECRET === undefined) throw new Error("NEXTAUTH_SECRET is not set; `npm start` sets it.");
  return env.NEXTAUTH_SECRET;
}

/** The session's token for a person, as next-auth writes it. */
export function sessionToken(person: { id: string; sessionVersion: number }): Promise<string> {
  const token: SessionToken & Record<string, unknown> = { sub: person.id, version: person.sessionVersion };
  return encode({ token, secret: secret(), maxAge: SESSION_SECONDS });
}

/** Signs the person in on this browser. Only in server actions and route handlers. */
export async function startSession(person: { id: string; sessionVersion: number }): Promise<void> {
  const token = await sessionToken(person);
  (await cookies()).set(SESSION_COOKIE, token, { ...SESSION_COOKIE_OPTIONS, maxAge: SESSION_SECONDS });
}

/** Signs out on this browser. */
export async function endSession(): Promise<void> {
  (await cookies()).delete({ name: SESSION_COOKIE, ...SESSION_COOKIE_OPTIONS });
}

async function viewerOfSession(token: string | undefined): Promise<Viewer | null> {
  if (!token) return null;
  // A forged or outdated token makes `decode` throw; such a visitor is simply nobody.
  const payload = await decode({ token, secret: secret() }).catch(() => null);
  if (typeof payload?.sub !== "string") return null;
  const person = await database().person.findUnique({ where: { id: payload.sub } });
  if (!person || person.suspendedAt || person.sessionVersion !== payload.version) return null;
  return viewerOf(person);
}

/** Who is looking at this page; null for an anonymous visitor. Asked once a request. */
export const getViewer = cache(async (): Promise<Viewer | null> => {
  return viewerOfSession((await cookies()).get(SESSION_COOKIE)?.value);
});

/**
 * Who calls a server action. Each action begins with it: the session is read again, and the request must come from a
 * page of ours.
 */
export async function actingViewer(): Promise<Outcome<{ viewer: Viewer }>> {
  if (!isOwnOrigin(await headers())) return refuse(403, FOREIGN_ORIGIN);
  const viewer = await getViewer();
  return viewer ? { ok: true, viewer } : SIGN_IN_FIRST;
}

/** Who makes an API request and how: by token (with its scopes), by this site's session, or as nobody. */
export interface Caller {
  viewer: Viewer | null;
  by: "token" | "session" | "nobody";
  scopes: readonly Scope[];
}

/**
 * The caller of an API request. A token that is not valid is refused rather than ignored; a session counts only for
 * reading, unless the request comes from a page of ours.
 */
export async function viewerOfRequest(request: Request): Promise<Outcome<{ caller: Caller }>> {
  const authorization = request.headers.get("authorization");
  if (authorization !== null) {
    const found = await viewerOfToken(/^Bearer +(\S+)$/i.exec(authorization.trim())?.[1] ?? "");
    if (!found) return BAD_TOKEN;
    return { ok: true, caller: { viewer: found.viewer, by: "token", scopes: found.scopes } };
  }
  const viewer = await viewerOfSession(cookieOf(request.headers.get("cookie") ?? "", SESSION_COOKIE));
  if (!viewer) return { ok: true, caller: { viewer: null, by: "nobody", scopes: ["read"] } };
  if (!["GET", "HEAD"].includes(request.method) && !isOwnOrigin(request.headers)) return refuse(403, FOREIGN_ORIGIN);
  return { ok: true, caller: { viewer, by: "session", scopes: SCOPES } };
}

function cookieOf(header: string, name: string): string | undefined {
  const pair = header.split(";").find((part) => part.trim().startsWith(`${name}=`));
  return pair?.trim().slice(name.length + 1);
}

export const SIGN_IN_FIRST: Refused = refuse(401, {
  code: "not-signed-in",
  message: "You need to be signed in for this.",
  fix: "Sign in, or send an API token: Authorization: Bearer gtl_...",
});

const BAD_TOKEN: Refused = refuse(401, {
  code: "bad-token",
  message: "The API token is not valid: unknown, revoked, expired, or mistyped.",
  where: "Authorization header",
  expected: "Bearer gtl_...",
  fix: "Make a new one under Settings, API tokens.",
});
