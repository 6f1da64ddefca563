import type { Problem } from "#contest/problem.ts";

/**
 * Why a visitor's request was not done: an HTTP status and what to do about it. `retryAfter` is in seconds.
 */
export interface Refused {
  ok: false;
  status: 400 | 401 | 403 | 404 | 409 | 411 | 413 | 415 | 422 | 429 | 502 | 503 | 504;
  problems: Problem[];
  retryAfter?: number;
}

/** Done, with what came of it, or refused. */
export type Outcome<T extends object = object> = ({ ok: true } & T) | Refused;

export function refuse(status: Refused["status"], ...problems: Problem[]): Refused {
  return { ok: false, status, problems };
}

/** The answer for what does not exist and for what the viewer may not know to exist: the same. */
export function notFound(what: string): Refused {
  return refuse(404, { code: "not-found", message: `There is no such ${what}, or you may not see it.` });
}
