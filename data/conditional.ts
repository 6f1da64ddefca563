import "server-only";
import { createHash } from "node:crypto";

/** What is answered to everybody alike: it depends on the address alone, never on who asks. */
export interface PublicAnswer {
  body: string | Uint8Array<ArrayBuffer>;
  type: string;
  /** Seconds for which nobody need ask again. */
  maxAge: number;
  /** When it last changed, where that is known. */
  changedAt?: Date;
  /** What a browser calls the file when it is saved. */
  file?: string;
}

/**
 * Answers a GET with an ETag of the body and, where it is known, Last-Modified: 304 to whoever has it already, by
 * If-None-Match or else by If-Modified-Since (RFC 9110, 13.2.2).
 */
export function answerEverybody(request: Request, { body, type, maxAge, changedAt, file }: PublicAnswer): Response {
  // Weak, since the server compresses on the way.
  const etag = `W/"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
  const headers = new Headers({
    etag,
    "cache-control": `public, max-age=${maxAge}`,
    ...(changedAt && { "last-modified": changedAt.toUTCString() }),
  });
  if (isKnown(request.headers, etag, changedAt)) return new Response(null, { status: 304, headers });
  headers.set("content-type", type);
  if (file !== undefined) headers.set("content-disposition", `inline; filename="${file}"`);
  return new Response(body, { headers });
}

/** 404 in words, for addresses that are no pages. */
export function nothingHere(what: string): Response {
  return new Response(`There is no such ${what}.\n`, {
    status: 404,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}

function isKnown(asked: Headers, etag: string, changedAt: Date | undefined): boolean {
  const known = asked.get("if-none-match");
  if (known !== null) return known.split(",").some((tag) => ["*", etag, etag.slice(2)].includes(tag.trim()));
  const since = Date.parse(asked.get("if-modified-since") ?? "");
  // Both are in whole seconds on the wire.
  return changedAt !== undefined && Math.floor(changedAt.getTime() / 1000) * 1000 <= since;
}
