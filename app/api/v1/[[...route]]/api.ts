import { randomUUID } from "node:crypto";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { etag } from "hono/etag";
import { clientAddress } from "#data/client-address.ts";
import { problemsOf } from "#data/form-problems.ts";
import { log } from "#data/log.ts";
import { countRequest } from "#data/metrics.ts";
import { refuse } from "#data/outcome.ts";
import { limited } from "#data/rate-limits.ts";
import { viewerOfRequest } from "#data/session.ts";
import { boardRoutes } from "./boards.ts";
import { challengeRoutes } from "./challenges.ts";
import { type Api, type ApiEnv, scopeMissing } from "./context.ts";
import { defenseRoutes } from "./defenses.ts";
import { operationRoutes } from "./operations.ts";
import { granted, problemResponse, Refusal } from "./problem-json.ts";
import { submissionRoutes } from "./submissions.ts";
import { uploadRoutes } from "./uploads.ts";

/** Gives each request an id, and a line in the log when it is answered. */
const logged: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const started = performance.now();
  c.set("requestId", randomUUID());
  await next();
  c.res.headers.set("x-request-id", c.var.requestId);
  const { method, path } = c.req;
  const ms = Math.round(performance.now() - started);
  countRequest(method, c.res.status);
  log.info(
    { request: c.var.requestId, method, path, status: c.res.status, ms, person: c.var.caller?.viewer?.id },
    "api",
  );
};

/** Finds out who calls. Wrong tokens are counted, so that they cannot be guessed at leisure. */
const called: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const address = clientAddress(c.req.raw.headers);
  const busy = await limited("reads", address);
  if (busy) throw new Refusal(busy);
  const outcome = await viewerOfRequest(c.req.raw);
  if (!outcome.ok && outcome.status === 401) throw new Refusal((await limited("token-guess", address)) ?? outcome);
  const { caller } = granted(outcome);
  if (!caller.scopes.includes("read") && c.req.method === "GET") throw new Refusal(scopeMissing("read"));
  c.set("caller", caller);
  await next();
};

/**
 * What everybody may read, scripts of other sites may read too: answers to anonymous requests, since browsers send no
 * cookie of ours along (`*` excludes credentials).
 */
const open: MiddlewareHandler = async (c, next) => {
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
    c.res.headers.set("access-control-expose-headers", "etag, x-request-id, retry-after");
  }
  c.res.headers.set("x-content-type-options", "nosniff");
  c.res.headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
};

/** Answers may be kept, and are asked for again each time: most are then 304. */
const fresh: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-cache");
  c.res.headers.append("vary", "authorization, cookie");
};

function makeApi(): Api {
  const api: Api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw new Refusal(refuse(422, ...problemsOf(result.error)));
    },
  }).basePath("/api/v1") as Api;
  api.use(logged, open, called);
  const tagged = etag({ retainedHeaders: ["access-control-allow-origin", "cache-control", "etag", "vary"] });
  for (const path of ["/challenges/*", "/defenses/*", "/openapi.json"]) api.get(path, fresh, tagged);
  api.onError((error, c) => {
    if (error instanceof Refusal) return problemResponse(error.refused, c.var.requestId);
    log.error({ request: c.var.requestId, error: error.stack }, "api");
    const problem = { code: "internal", message: "This failed on our side, not on yours." };
    return problemResponse({ status: 500, problems: [problem] }, c.var.requestId);
  });
  api.notFound((c) => {
    const problem = {
      code: "no-such-address",
      message: "The API has no such address.",
      fix: "See /api/v1/openapi.json.",
    };
    return problemResponse({ status: 404, problems: [problem] }, c.var.requestId);
  });
  for (const add of [operationRoutes, challengeRoutes, boardRoutes, uploadRoutes, submissionRoutes, defenseRoutes])
    add(api);
  api.openAPIRegistry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  api.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: {
      title: "Gauntlet",
      version: "1",
      description:
        "Fractions are in [0,1], times ISO 8601 in UTC. Errors are application/problem+json with a stable `code`.",
    },
    servers: [{ url: "/" }],
  });
  return api;
}

export const api = makeApi();
