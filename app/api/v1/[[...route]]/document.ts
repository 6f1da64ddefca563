import type { Api } from "./context.ts";
import { errors } from "./problem-json.ts";

const ABOUT = {
  openapi: "3.1.0",
  info: {
    title: "Gauntlet",
    version: "1",
    license: { name: "MIT", identifier: "MIT" },
    description: [
      "Fractions are in [0,1], times ISO 8601 in UTC. Errors are application/problem+json (RFC 9457) with a stable `code`, and everything that is wrong in `problems`.",
      "Tokens are made under Settings, API tokens: `Authorization: Bearer gtl_...`. Reading works without one.",
      "Every answer says where its limit stands in `RateLimit` and `RateLimit-Policy`; 429 and 503 say in `Retry-After` when to come back. What is read has an `ETag`; scripts of any site may read. Where an answer is a part, `Link` leads to the next.",
    ].join("\n\n"),
  },
  servers: [{ url: "/" }],
};

type Document = ReturnType<Api["getOpenAPI31Document"]>;
/** What any route may answer: to a token that is not valid or lacks the scope, to a parameter that cannot be, to too many requests, by a fault of ours. */
const ANYWHERE = [401, 403, 422, 429, 500];

/** The API's OpenAPI document, with what every operation has in common filled in. */
export function documentOf(api: Api): Document {
  const document = api.getOpenAPI31Document(ABOUT);
  const common = errors(...ANYWHERE);
  for (const item of Object.values(document.paths ?? {}))
    for (const method of ["get", "post", "put", "patch", "delete"] as const) {
      const operation = item[method];
      if (!operation) continue;
      const problem = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
      for (const [status, { description }] of Object.entries(common))
        operation.responses = { [status]: { description, content: problem }, ...operation.responses };
    }
  return withoutFlags(document);
}

/**
 * Leaves patterns with flags out: a document has none to put them in, and what reads one would take `/u` for part of
 * the pattern. The rule stands all the same, and says what it expects.
 */
function withoutFlags(document: Document): Document {
  const flagged = (key: string, value: unknown) =>
    key === "pattern" && typeof value === "string" && /\/[a-z]+$/.test(value);
  return JSON.parse(JSON.stringify(document, (key, value) => (flagged(key, value) ? undefined : value)));
}

/** Serves the document at /openapi.json. */
export function addDocument(api: Api): void {
  api.openAPIRegistry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  let document: Document | null = null;
  api.get("/openapi.json", (c) => {
    document ??= documentOf(api);
    return c.json(document);
  });
}
