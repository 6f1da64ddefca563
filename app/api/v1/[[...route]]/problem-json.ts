import { z } from "@hono/zod-openapi";
import { Problem } from "#contest/problem.ts";
import type { Outcome, Refused } from "#data/outcome.ts";

/** The body of every error: RFC 9457, with our stable `code` and everything that is wrong in `problems`. */
export const ProblemDocument = z
  .object({
    type: z.string().describe("urn:gauntlet:problem: and the code"),
    title: z.string(),
    status: z.int(),
    code: z.string().describe("Stable; programs may key on it"),
    instance: z.string().describe("urn:gauntlet:request: and the request's id, for the organizers"),
    problems: z.array(Problem),
  })
  .openapi("Problem");

/** Carries a refusal out of a handler to the app's error handler. */
export class Refusal extends Error {
  readonly refused: Refused;
  constructor(refused: Refused) {
    super(refused.problems[0]?.code);
    this.refused = refused;
  }
}

/** The outcome where it is one, else throws the refusal. */
export function granted<T extends object>(outcome: Outcome<T>): { ok: true } & T {
  if (!outcome.ok) throw new Refusal(outcome);
  return outcome;
}

/** A refusal as application/problem+json. */
export function problemResponse(
  refused: Pick<Refused, "problems" | "retryAfter"> & { status: number },
  requestId: string,
): Response {
  const first = refused.problems[0] ?? { code: "error", message: "This did not work." };
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (refused.retryAfter !== undefined) headers.set("retry-after", String(refused.retryAfter));
  if (refused.status === 401) headers.set("www-authenticate", 'Bearer realm="Gauntlet"');
  const body: z.infer<typeof ProblemDocument> = {
    type: `urn:gauntlet:problem:${first.code}`,
    title: first.message,
    status: refused.status,
    code: first.code,
    instance: `urn:gauntlet:request:${requestId}`,
    problems: refused.problems,
  };
  return new Response(JSON.stringify(body), { status: refused.status, headers });
}

const content = { "application/problem+json": { schema: ProblemDocument } };
const described: Record<number, string> = {
  400: "Not understood",
  401: "Not signed in, or a token that is not valid",
  403: "Not allowed",
  404: "Not there, or not for you to see",
  409: "Already so",
  413: "Too large",
  415: "Not multipart/form-data",
  422: "Understood, and wrong",
  429: "Too many requests, or no attempts left",
  500: "A fault of ours",
  502: "The model failed",
  503: "Not just now: nobody answers, or nothing can be stored",
  504: "The model did not answer in time",
};

/** The error answers of a route, for its OpenAPI entry. */
export function errors(...statuses: number[]) {
  return Object.fromEntries(statuses.map((status) => [status, { description: described[status]!, content }]));
}
