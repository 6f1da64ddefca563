import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { env } from "#env.ts";

/**
 * Gives every page its Content-Security-Policy: only scripts that carry this answer's nonce run. Nothing is decided
 * here about who may see what; data/ decides that, next to each query.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = randomBytes(16).toString("base64");
  const policy = contentPolicy(nonce);
  // Next takes the nonce from the request's own headers, so what a client sent there must not get through.
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

function contentPolicy(nonce: string): string {
  const development = env.NODE_ENV === "development";
  const directives = {
    "default-src": "'self'",
    // React's development build explains errors with eval.
    "script-src": `'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    // Charts and formulas are placed with style attributes, which no nonce can cover.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": `'self'${development ? " ws:" : ""}`,
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
  };
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}

export const config = {
  // Never the API: behind a proxy, Next holds an upload in memory and cuts it at 10 MB without a word.
  matcher: ["/((?!api/|_next/static|_next/image|favicon.ico).*)"],
};
