import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type Refused, refuse } from "#data/outcome.ts";
import type { Rate } from "#data/rate-limits.ts";
import { type Caller, SIGN_IN_FIRST } from "#data/session.ts";
import type { Scope } from "#data/tokens.ts";
import type { Viewer } from "#data/viewer.ts";
import { Refusal } from "./problem-json.ts";

export interface ApiEnv {
  Variables: { requestId: string; caller: Caller; rate?: Rate };
}
export type Api = OpenAPIHono<ApiEnv>;

/** The caller, who must be somebody and whose token must have the scope. Throws the refusal. */
export function somebody(c: Context<ApiEnv>, scope: Scope): Viewer {
  const { viewer, scopes } = c.var.caller;
  if (!viewer) throw new Refusal(SIGN_IN_FIRST);
  if (!scopes.includes(scope)) throw new Refusal(scopeMissing(scope));
  return viewer;
}

export function scopeMissing(scope: Scope): Refused {
  return refuse(403, {
    code: "token-scope",
    message: `This API token may not ${scope}.`,
    expected: `a token with the scope "${scope}"`,
    fix: "Make one under Settings, API tokens.",
  });
}

/** In the OpenAPI document: works without a token, or better with one. */
export const OPTIONAL_TOKEN: Record<string, string[]>[] = [{}, { token: [] }];
