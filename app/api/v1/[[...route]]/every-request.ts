import { randomUUID } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { clientAddress } from "#data/client-address.ts";
import { log } from "#data/log.ts";
import { countRequest } from "#data/metrics.ts";
import { limited, type Rate, takePoint } from "#data/rate-limits.ts";
import { viewerOfRequest } from "#data/session.ts";
import { type ApiEnv, scopeMissing } from "./context.ts";
import { granted, Refusal } from "./problem-json.ts";

/** Gives each request an id, and a line in the log when it is answered. */
export const logged: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const started = performance.now();
  c.set("requestId", randomUUID());
  await next();
  c.res.headers.set("x-request-id", c.var.requestId);
  tellRate(c.res.headers, c.var.rate);
  const { method, path } = c.req;
  const ms = Math.round(performance.now() - started);
  countRequest(method, c.res.status);
  log.info(
    { request: c.var.requestId, method, path, status: c.res.status, ms, person: c.var.caller?.viewer?.id },
    "api",
  );
};

/**
 * Finds out who calls. Wrong tokens are counted, so that they cannot be guessed at leisure. Whoever asks a model is
 * counted by person, later on.
 */
export const called: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const address = clientAddress(c.req.raw.headers);
  const asks = c.req.method === "POST" && c.req.path.endsWith("/queries");
  const outcome = asks ? await viewerOfRequest(c.req.raw) : null;
  const asking = outcome?.ok ? outcome.caller.viewer : null;
  const { refused, rate } = asking ? await takePoint("queries", asking.id) : await takePoint("reads", address);
  c.set("rate", rate);
  if (refused) throw new Refusal(refused);
  const found = outcome ?? (await viewerOfRequest(c.req.raw));
  if (!found.ok && found.status === 401) throw new Refusal((await limited("token-guess", address)) ?? found);
  const { caller } = granted(found);
  if (!caller.scopes.includes("read") && c.req.method === "GET") throw new Refusal(scopeMissing("read"));
  c.set("caller", caller);
  await next();
};

/**
 * What everybody may read, scripts of other sites may read too: answers to anonymous requests, since browsers send no
 * cookie of ours along (`*` excludes credentials).
 */
export const open: MiddlewareHandler = async (c, next) => {
  if (c.req.method === "OPTIONS")
    return c.body(null, 204, {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET, HEAD",
      "access-control-allow-headers": "authorization, if-none-match, last-event-id",
      "access-control-max-age": "86400",
    });
  await next();
  if (["GET", "HEAD"].includes(c.req.method)) {
    c.res.headers.set("access-control-allow-origin", "*");
    c.res.headers.set(
      "access-control-expose-headers",
      "etag, link, x-request-id, retry-after, ratelimit, ratelimit-policy",
    );
  }
  c.res.headers.set("x-content-type-options", "nosniff");
  c.res.headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
};

/** Answers may be kept, and are asked for again each time: most are then 304. */
export const fresh: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-cache");
  c.res.headers.append("vary", "authorization, cookie");
};

/** draft-ietf-httpapi-ratelimit-headers: the policy that counted this request, and what it leaves. */
function tellRate(headers: Headers, rate: Rate | undefined): void {
  if (!rate) return;
  headers.set("ratelimit-policy", `"${rate.limit}";q=${rate.points};w=${rate.duration}`);
  headers.set("ratelimit", `"${rate.limit}";r=${rate.left};t=${rate.resetsIn}`);
}
