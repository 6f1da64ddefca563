import { createRoute, z } from "@hono/zod-openapi";
import { writeNpy } from "#arrays/npy.ts";
import { writeNpz } from "#arrays/npz-write.ts";
import { SignedReceipt } from "#contest/receipt.ts";
import { type EvaluationView, readEvaluation } from "#data/evaluation.ts";
import { evaluationExamples } from "#data/evaluation-examples.ts";
import { notFound } from "#data/outcome.ts";
import { readReceipt } from "#data/receipt.ts";
import type { Meeting } from "#data/results.ts";
import { type Api, OPTIONAL_TOKEN } from "./context.ts";
import { errors, granted, Refusal } from "./problem-json.ts";

const Kind = z.enum(["clean", "holdout", "attack", "house"]);

export const EvaluationBody = z
  .object({
    evaluation: z.string().describe("Its own id"),
    kind: Kind,
    id: z.string().nullable().describe("The other side's"),
    name: z.string().describe("The other side's"),
    attacked: z.int().describe("Admissible rows on points that the defense answers rightly unattacked"),
    broken: z.int().describe("Of those, answered wrongly"),
    admissible: z.int().nullable().describe("Rows of the attack that count"),
    invalid: z.int().describe("Rows without a valid answer"),
    standingAfter: z.int(),
    evaluatorVersion: z.string(),
    at: z.iso.datetime(),
  })
  .openapi("Meeting");

export function evaluationBody({ at, ...meeting }: Meeting): z.infer<typeof EvaluationBody> {
  return { ...meeting, at: at.toISOString() };
}

const Entry = z.object({ id: z.string(), name: z.string(), author: z.string().describe("Handle") });

const DetailBody = z
  .object({
    id: z.string(),
    kind: Kind,
    challenge: z.string(),
    defense: Entry,
    attack: Entry.nullable(),
    subject: z.string().describe("The attack's id, clean, holdout, or the house attack's name"),
    n: z.int().describe("Points of the challenge"),
    bits: z
      .string()
      .nullable()
      .describe(
        "Base64 of one bit a point, point i at bit i mod 8 of byte i div 8: 1 where it was answered rightly or not attacked. Null for the holdout",
      ),
    points: z.array(z.int()).nullable().describe("Points with an admissible example; null where no file was measured"),
    attacked: z.int().describe("Rows on points that the defense answers rightly unattacked"),
    broken: z.int().describe("Of those, answered wrongly"),
    invalid: z.int().describe("Rows without a valid answer"),
    crashed: z.int().describe("Rows whose run crashed twice"),
    taken: z.int().describe("Points that fell by it"),
    standingBefore: z.int(),
    standingAfter: z.int(),
    evaluatorVersion: z.string(),
    ortVersion: z.string(),
    provider: z.string(),
    cpu: z.string(),
    seed: z.string(),
    seconds: z.number(),
    modelSha256: z.string(),
    pointsSha256: z.string(),
    examplesSha256: z.string().nullable(),
    at: z.iso.datetime(),
  })
  .openapi("Evaluation");

const IdParam = z.object({
  id: z
    .string()
    .max(40)
    .openapi({ param: { name: "id", in: "path" } }),
});

const read = createRoute({
  method: "get",
  path: "/evaluations/{id}",
  summary: "One evaluation in full: every verdict, and what it was measured with",
  request: { params: IdParam },
  responses: {
    200: { description: "The evaluation", content: { "application/json": { schema: DetailBody } } },
    ...errors(404),
  },
});

const receipt = createRoute({
  method: "get",
  path: "/evaluations/{id}/receipt",
  summary: "An evaluation's receipt: all that it takes to do it again, signed by the site",
  description:
    "The signature is Ed25519 over the receipt's canonical JSON (RFC 8785), by the key that /.well-known/gauntlet-key.json shows. `gauntlet reproduce` checks it, and does the evaluation again.",
  request: { params: IdParam },
  responses: {
    200: {
      description: "The receipt",
      content: { "application/json": { schema: SignedReceipt } },
    },
    ...errors(404),
  },
});

function detailBody(evaluation: EvaluationView): z.infer<typeof DetailBody> {
  const { id, kind, challenge, defense, attack, subject, bits, points, ...row } = evaluation;
  const entry = ({ id, name, person }: NonNullable<EvaluationView["attack"]>) => ({ id, name, author: person.handle });
  const { attacked, broken, invalid, crashed, taken, standingBefore, standingAfter } = row;
  const { evaluatorVersion, ortVersion, provider, cpu, seed, seconds } = row;
  return {
    ...{ id, kind, challenge: challenge.slug, defense: entry(defense), attack: attack && entry(attack), subject },
    n: challenge.n,
    bits: bits && Buffer.from(bits).toString("base64"),
    points: points && Array.from(points),
    ...{ attacked, broken, invalid, crashed, taken, standingBefore, standingAfter },
    ...{ evaluatorVersion, ortVersion, provider, cpu, seed, seconds },
    ...{ modelSha256: row.modelSha, pointsSha256: row.pointsSha, examplesSha256: row.examplesSha },
    at: row.createdAt.toISOString(),
  };
}

export function evaluationRoutes(api: Api): void {
  api.openapi(read, async (c) => {
    const evaluation = await readEvaluation(c.var.caller.viewer, c.req.valid("param").id);
    if (!evaluation) throw new Refusal(notFound("evaluation"));
    return c.json(detailBody(evaluation), 200);
  });

  api.openapi(receipt, async (c) => {
    const signed = await readReceipt(c.var.caller.viewer, c.req.valid("param").id);
    if (!signed) throw new Refusal(notFound("evaluation"));
    return c.json(signed, 200);
  });

  api.openAPIRegistry.registerPath({
    method: "get",
    path: "/evaluations/{id}/examples.npz",
    summary:
      "The admissible examples that an evaluation measured: x_adv float32 [rows, channels, height, width], index int64 [rows]",
    description:
      "Of baselines for everybody; of others for those who may see all of them, and for everybody from the reveal date.",
    security: OPTIONAL_TOKEN,
    request: { params: IdParam },
    responses: {
      200: { description: "NumPy archive", content: { "application/octet-stream": {} } },
      ...errors(403, 404),
    },
  });
  api.get("/evaluations/:id/examples.npz", async (c) => {
    const { shape, x, index } = granted(await evaluationExamples(c.var.caller.viewer, c.req.param("id")));
    const members = { x_adv: writeNpy({ shape, data: x }), index: writeNpy({ shape: [index.length], data: index }) };
    return c.body(writeNpz(members, { compress: true }), 200, {
      "cache-control": "private, no-cache",
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="${c.req.param("id").replace(/\W/g, "")}-examples.npz"`,
    });
  });
}
