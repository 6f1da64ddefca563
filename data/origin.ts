import type { Problem } from "#contest/problem.ts";
import { env } from "#env.ts";

/**
 * Whether a request that changes something, made with a cookie, comes from a page of ours. Browsers send Origin with
 * every POST; a request without one is refused too (Next's own check lets it pass). Origin must be the site's address
 * or name the very host that was asked for, as when 127.0.0.1 is also localhost.
 */
export function isOwnOrigin(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  const origin = headers.get("origin");
  if (origin === null || !URL.canParse(origin)) return false;
  return origin === env.siteUrl || new URL(origin).host === headers.get("host");
}

export const FOREIGN_ORIGIN: Problem = {
  code: "foreign-origin",
  message: "This request did not come from a page of this site.",
  where: "Origin header",
  fix: "Reload the page and try again; programs use an API token (Authorization: Bearer) instead of a cookie.",
};
