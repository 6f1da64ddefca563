import { OpenAPIHono } from "@hono/zod-openapi";
import { etag } from "hono/etag";
import { problemsOf } from "#data/form-problems.ts";
import { log } from "#data/log.ts";
import { refuse } from "#data/outcome.ts";
import { boardRoutes } from "./boards.ts";
import { challengeRoutes } from "./challenges.ts";
import type { Api, ApiEnv } from "./context.ts";
import { defenseRoutes } from "./defenses.ts";
import { addDocument, documentOf } from "./document.ts";
import { evaluationRoutes } from "./evaluations.ts";
import { called, fresh, logged, open } from "./every-request.ts";
import { operationRoutes } from "./operations.ts";
import { problemResponse, Refusal } from "./problem-json.ts";
import { queryRoutes } from "./queries.ts";
import { searchRoutes } from "./search.ts";
import { submissionRoutes } from "./submissions.ts";
import { uploadRoutes } from "./uploads.ts";

const NO_SUCH_ADDRESS = {
  code: "no-such-address",
  message: "The API has no such address.",
  fix: "See /docs/api.",
};

/** The methods that an address takes; none where there is no such address. */
function methodsOf(api: Api, path: string): string[] {
  const routes = api.routes.filter(({ method, path: pattern }) => method !== "ALL" && !pattern.endsWith("*"));
  const matching = routes.filter(({ path: pattern }) =>
    new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll(/:[^/]+/g, "[^/]+")}$`).test(path),
  );
  const methods = new Set(matching.map(({ method }) => method));
  return [...methods, ...(methods.has("GET") ? ["HEAD"] : []), ...(methods.size > 0 ? ["OPTIONS"] : [])];
}

function makeApi(): Api {
  const api: Api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw new Refusal(refuse(422, ...problemsOf(result.error)));
    },
  }).basePath("/api/v1") as Api;
  api.use(logged, open, called);
  const tagged = etag({ retainedHeaders: ["access-control-allow-origin", "cache-control", "etag", "vary"] });
  for (const path of ["/challenges/*", "/defenses/*", "/evaluations/*", "/submissions/:id", "/openapi.json"])
    api.get(path, fresh, tagged);
  api.onError((error, c) => {
    if (error instanceof Refusal) return problemResponse(error.refused, c.var.requestId);
    log.error({ request: c.var.requestId, error: error.stack }, "api");
    const problem = { code: "internal", message: "This failed on our side, not on yours." };
    return problemResponse({ status: 500, problems: [problem] }, c.var.requestId);
  });
  api.notFound((c) => {
    const allowed = methodsOf(api, c.req.path);
    if (allowed.length === 0) return problemResponse({ status: 404, problems: [NO_SUCH_ADDRESS] }, c.var.requestId);
    const problem = {
      code: "no-such-method",
      message: "This address does not take such a request.",
      expected: allowed.join(", "),
      found: c.req.method,
    };
    const response = problemResponse({ status: 405, problems: [problem] }, c.var.requestId);
    response.headers.set("allow", allowed.join(", "));
    return response;
  });
  const reads = [
    operationRoutes,
    challengeRoutes,
    boardRoutes,
    submissionRoutes,
    defenseRoutes,
    evaluationRoutes,
    searchRoutes,
  ];
  for (const add of [...reads, uploadRoutes, queryRoutes]) add(api);
  addDocument(api);
  return api;
}

export const api = makeApi();

/** The OpenAPI document of all of it, for the page that shows it. */
export const documented = () => documentOf(api);
