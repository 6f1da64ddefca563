import { createRoute, z } from "@hono/zod-openapi";
import { Problem } from "#contest/problem.ts";
import { SubmissionKind, SubmissionState } from "#contest/submission.ts";
import { notFound } from "#data/outcome.ts";
import { meetingsOf, resultOf } from "#data/results.ts";
import { findSubmission, isOver, logOf, ownOrOrganized, problemsOfRow, progressOf } from "#data/submissions.ts";
import { type Api, OPTIONAL_TOKEN } from "./context.ts";
import { EvaluationBody, evaluationBody } from "./evaluations.ts";
import { eventStream } from "./event-stream.ts";
import { errors, Refusal } from "./problem-json.ts";

const IdParam = z.object({
  id: z
    .string()
    .max(40)
    .openapi({ param: { name: "id", in: "path" } }),
});

const Fraction = z.number().nullable();
const ResultBody = z
  .object({
    n: z.int(),
    cleanAccuracy: Fraction,
    robustAccuracy: Fraction,
    interval: z.array(z.number()).length(2).nullable().describe("Wilson 95 % interval of the robust accuracy"),
    holdoutAccuracy: Fraction.describe("Whole percents"),
    level: z.string().nullable(),
    ranked: z.boolean().nullable(),
    unrankedBecause: z.string().nullable(),
    success: Fraction.describe("For an attack: mean over the defenses met of broken / attacked"),
    rows: z.int().nullable().describe("For an attack: rows in the file"),
    admissible: z.int().nullable().describe("For an attack: rows that count"),
  })
  .openapi("Result");

const SubmissionBody = z
  .object({
    id: z.string(),
    kind: SubmissionKind,
    name: z.string(),
    challenge: z.string(),
    author: z.string().describe("Handle"),
    status: SubmissionState,
    stage: z.string(),
    done: z.int(),
    total: z.int(),
    place: z.int().nullable().describe("In the queue, from 1"),
    tier: z.enum(["none", "quick", "full"]).nullable(),
    problems: z.array(Problem),
    failure: z.string().nullable().describe("Reference of a failure of ours"),
    attempt: z.string().nullable().describe("pending, spent, free-rejection or refunded; yours only"),
    receivedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    upload: z.object({ name: z.string(), bytes: z.int(), sha256: z.string() }),
    result: ResultBody.nullable(),
    evaluations: z.array(EvaluationBody).describe("Latest first, at most 1,000"),
  })
  .openapi("Submission");

const read = createRoute({
  method: "get",
  path: "/submissions/{id}",
  summary: "A submission: where it is, what is wrong with it, or what came of it",
  description: "Yours at any time; everybody's once it is scored.",
  security: OPTIONAL_TOKEN,
  request: { params: IdParam },
  responses: {
    200: { description: "The submission", content: { "application/json": { schema: SubmissionBody } } },
    ...errors(401, 404),
  },
});

export function submissionRoutes(api: Api): void {
  api.openapi(read, async (c) => {
    const { viewer } = c.var.caller;
    const row = await findSubmission(viewer, c.req.valid("param").id);
    if (!row) throw new Refusal(notFound("submission"));
    const own = ownOrOrganized(viewer, row);
    const admitted = row.defense !== null || row.attack !== null;
    const evaluations = admitted ? await meetingsOf(row.id, row.kind) : [];
    return c.json(
      {
        ...{ id: row.id, kind: row.kind, name: row.name, challenge: row.challenge.slug, author: row.person.handle },
        ...(await progressOf(row)),
        tier: row.defense?.tier ?? null,
        problems: problemsOfRow(row),
        failure: row.failure,
        attempt: own ? row.attempt : null,
        receivedAt: row.receivedAt.toISOString(),
        finishedAt: row.finishedAt?.toISOString() ?? null,
        upload: { name: row.uploadName, bytes: Number(row.uploadBytes), sha256: row.uploadSha },
        result: resultOf(row),
        evaluations: evaluations.map(evaluationBody),
      },
      200,
    );
  });

  api.openAPIRegistry.registerPath({
    method: "get",
    path: "/submissions/{id}/events",
    summary: "What happens to a submission, as it happens: server-sent events progress, log and end",
    security: OPTIONAL_TOKEN,
    request: { params: IdParam, headers: z.object({ "Last-Event-ID": z.string().optional() }) },
    responses: {
      200: { description: "Events until the submission is over", content: { "text/event-stream": {} } },
      204: { description: "It is over, and you have heard everything" },
      ...errors(401, 404),
    },
  });
  api.get("/submissions/:id/events", async (c) => {
    const row = await findSubmission(c.var.caller.viewer, c.req.param("id"));
    if (!row) throw new Refusal(notFound("submission"));
    const last = /^\d{1,18}$/.exec(c.req.header("last-event-id") ?? "")?.[0];
    // 204 is how a server tells EventSource not to come back.
    if (last !== undefined && isOver(row.state) && (await logOf(row.id, BigInt(last))).length === 0)
      return c.body(null, 204);
    return eventStream(row.id, BigInt(last ?? 0), c.req.raw.signal);
  });
}
