import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { readInputs } from "#arrays/inputs.ts";
import { writeNpy } from "#arrays/npy.ts";
import { inSteps, NO_ANSWER, QUERY_BYTES, QUERY_ROWS } from "#contest/query.ts";
import { notFound, refuse } from "#data/outcome.ts";
import { type Answered, answerQuery, mayAsk } from "#data/queries.ts";
import { isLedgerPlace, readLedger } from "#data/query-ledger.ts";
import { readBody } from "./body.ts";
import { type Api, type ApiEnv, somebody } from "./context.ts";
import { errors, granted, Refusal } from "./problem-json.ts";

const NPY = "application/x-npy";
const IdParam = z.object({
  id: z
    .string()
    .max(40)
    .openapi({ param: { name: "id", in: "path" } }),
});

const Access = {
  answers: z.enum(["labels", "scores"]).describe("What the challenge lets a model answer with"),
  budget: z.int().describe("Inputs that one person may have answered by one defense"),
};
const QueryBody = z
  .object({
    inputs: z
      .array(z.any())
      .describe(`1 to ${QUERY_ROWS} inputs, each a nested list of the challenge's shape, channels last, or flat`),
  })
  .openapi("Query", {
    example: {
      inputs: [
        [
          [
            [0, 0.5],
            [1, 0],
          ],
        ],
      ],
    },
  });
const AnswersBody = z
  .object({
    ...Access,
    labels: z.array(z.int().nullable()).describe("The class of each input; null where the model has no valid answer"),
    scores: z
      .array(z.array(z.number().nullable()))
      .optional()
      .describe("[inputs, classes], as the model gives them; where the challenge answers with scores"),
    charged: z.int(),
    spent: z.int().describe("By you, on this defense"),
    left: z.int(),
  })
  .openapi("Answers");
const budgetHeaders = {
  "Query-Budget": { description: "Inputs that you may have answered by this defense", schema: { type: "integer" } },
  "Query-Spent": { description: "Of them, spent with this request", schema: { type: "integer" } },
  "Query-Left": { description: "Of them, left", schema: { type: "integer" } },
} as const;

const LedgerBody = z
  .object({
    ...Access,
    people: z.int(),
    total: z.int().describe("Inputs answered, of all people"),
    ledger: z.array(
      z.object({
        person: z.string().describe("Handle"),
        spent: z.int(),
        attackRows: z.int().describe("Of them, rows of attacks"),
        firstAt: z.iso.datetime(),
        lastAt: z.iso.datetime(),
      }),
    ),
  })
  .openapi("Ledger");
const LedgerQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100).openapi({ description: "Rows in one answer" }),
  cursor: z.string().max(60).optional().openapi({ description: "From the Link header of the answer before" }),
});

export function queryRoutes(api: Api): void {
  api.openAPIRegistry.registerPath({
    method: "post",
    path: "/defenses/{id}/queries",
    summary: "Ask a defense",
    description:
      "Where a challenge allows it. Every input is charged to your budget for this defense before it is answered, and given back where there is no answer. On a grid, inputs are rounded to it, as rows of attacks are.",
    security: [{ token: ["submit"] }],
    request: {
      params: IdParam,
      body: {
        required: true,
        content: { [NPY]: { schema: { type: "string", format: "binary" } }, "application/json": { schema: QueryBody } },
      },
    },
    responses: {
      200: {
        description: `JSON; or ${NPY} to who accepts it: scores float32 [inputs, classes], or labels int64 [inputs] with -1 for no valid answer`,
        headers: budgetHeaders,
        content: {
          "application/json": { schema: AnswersBody },
          [NPY]: { schema: { type: "string", format: "binary" } },
        },
      },
      ...errors(401, 403, 404, 413, 422, 429, 502, 503, 504),
    },
  });
  api.post("/defenses/:id/queries", async (c) => {
    const viewer = somebody(c, "submit");
    const { defense } = granted(await mayAsk(viewer, c.req.param("id")));
    const { bytes } = granted(await readBody(c.req.raw, QUERY_BYTES));
    const read = readInputs(bytes, { ...defense, maxRows: QUERY_ROWS, steps: inSteps(defense) });
    if (!read.ok) throw new Refusal(refuse(422, ...read.problems));
    const { answered } = granted(await answerQuery(viewer, defense, read.x, read.rows));
    return answerWith(c, answered);
  });

  const route = {
    method: "get",
    path: "/defenses/{id}/queries",
    summary: "The ledger of a defense: who has asked how much, most first",
    request: { params: IdParam, query: LedgerQuery },
    responses: {
      200: { description: "Rows of the ledger", content: { "application/json": { schema: LedgerBody } } },
      ...errors(404, 422),
    },
  } as const;
  api.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const { limit, cursor } = c.req.valid("query");
    if (cursor !== undefined && !isLedgerPlace(cursor))
      throw new Refusal(refuse(422, { code: "bad-field", message: "This is no cursor of ours.", where: "cursor" }));
    const ledger = await readLedger(c.var.caller.viewer, id, { size: limit, after: cursor ?? null });
    if (!ledger) throw new Refusal(notFound("defense that can be asked"));
    const { access, people, total, rows, next } = ledger;
    if (next !== null) c.header("link", `<${c.req.path}?limit=${limit}&cursor=${next}>; rel="next"`);
    const body = rows.map(({ handle, spent, attackRows, firstAt, lastAt }) => {
      return { person: handle, spent, attackRows, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() };
    });
    return c.json({ ...access, people, total, ledger: body }, 200);
  });
}

function answerWith(c: Context<ApiEnv>, { access, labels, scores, rows, classes, spent }: Answered): Response {
  const left = access.budget - spent;
  const headers = {
    "cache-control": "no-store",
    "query-budget": String(access.budget),
    "query-spent": String(spent),
    "query-left": String(left),
  };
  if (c.req.header("accept")?.includes(NPY)) {
    const array = scores
      ? { shape: [rows, classes], data: scores }
      : { shape: [rows], data: BigInt64Array.from(labels, BigInt) };
    return c.body(writeNpy(array), 200, { ...headers, "content-type": NPY });
  }
  // JSON has no NaN: JSON.stringify writes null.
  const perRow = scores && Array.from({ length: rows }, (_, i) => [...scores.subarray(i * classes, (i + 1) * classes)]);
  const body: z.infer<typeof AnswersBody> = {
    ...access,
    labels: Array.from(labels, (label) => (label === NO_ANSWER ? null : label)),
    ...(perRow && { scores: perRow }),
    ...{ charged: rows, spent, left },
  };
  return c.json(body, 200, headers);
}
