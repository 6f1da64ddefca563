import { Readable } from "node:stream";
import { createRoute, z } from "@hono/zod-openapi";
import { writeNpy } from "#arrays/npy.ts";
import { writeNpz } from "#arrays/npz-write.ts";
import { historyOf, readDefenseBody } from "#data/defense-api.ts";
import { houseExamples } from "#data/house-examples.ts";
import { openModel } from "#data/models.ts";
import { notFound } from "#data/outcome.ts";
import { meetingsOf } from "#data/results.ts";
import { type Api, OPTIONAL_TOKEN } from "./context.ts";
import { EvaluationBody, evaluationBody } from "./evaluations.ts";
import { errors, granted, Refusal } from "./problem-json.ts";

const IdParam = z.object({
  id: z
    .string()
    .max(40)
    .openapi({ param: { name: "id", in: "path" } }),
});

const BeyondBody = z
  .object({
    curve: z
      .object({
        steps: z.array(z.object({ epsilon: z.number(), standing: z.int() })),
        ended: z.string().nullable().describe("How the search ended before its time; null where it did not"),
      })
      .nullable()
      .describe("Points that stand from each radius on, until the next"),
    corruptions: z
      .array(z.object({ name: z.string(), right: z.int(), n: z.int() }))
      .nullable()
      .describe("Points corrupted in the ways of MNIST-C, made anew: not comparable with the published set"),
    holdout: z
      .object({ n: z.int(), clean: z.number(), standing: z.number().nullable() })
      .nullable()
      .describe("A fixed part of the holdout through the gauntlet, in whole percents"),
  })
  .describe("Outside of the challenge's ball and points; never in the score; null until measured");

const DefenseBody = z
  .object({
    id: z.string(),
    name: z.string(),
    challenge: z.string(),
    author: z.string().describe("Handle"),
    claim: z.number(),
    n: z.int(),
    cleanAccuracy: z.number().nullable(),
    robustAccuracy: z.number().nullable(),
    interval: z.array(z.number()).length(2).nullable(),
    cleanBits: z
      .string()
      .nullable()
      .describe(
        "Base64, a bit a point, the first at the lowest: 1 where the clean input is answered rightly; null until measured",
      ),
    standingBits: z
      .string()
      .nullable()
      .describe("The same: 1 where the point stands, that is, was answered rightly under every attack so far"),
    holdoutAccuracy: z.number().nullable().describe("Whole percents"),
    level: z.string(),
    tier: z.enum(["none", "quick", "full"]),
    gauntletFault: z.string().nullable().describe("Why a tier of the gauntlet could not be run; null otherwise"),
    faced: z.int(),
    ranked: z.boolean(),
    unrankedBecause: z.string().nullable(),
    randomised: z.boolean(),
    licence: z.string().nullable(),
    modelSha256: z.string(),
    model: z.string().nullable().describe("Where the model is; null while it is not public"),
    queries: z.string().nullable().describe("Where to ask it; null where its challenge allows no queries"),
    facts: z.record(z.string(), z.unknown()),
    flags: z
      .array(
        z.object({
          id: z.string(),
          title: z.string(),
          level: z.enum(["warning", "note"]),
          sentence: z.string().describe("The evidence in words"),
          evidence: z.record(z.string(), z.number()),
          check: z.string().nullable().describe("Of check-not-finished: which check"),
          page: z.string().describe("Where the flag is explained"),
        }),
      )
      .describe("Red flags that the checks raised"),
    beyond: BeyondBody,
    receivedAt: z.iso.datetime(),
    withdrawnAt: z.iso.datetime().nullable(),
    evaluations: z.array(EvaluationBody).describe("Latest first, at most 1,000"),
  })
  .openapi("Defense");

const HistoryBody = z
  .object({
    history: z.array(
      z.object({
        kind: z.string(),
        at: z.iso.datetime(),
        attack: z.object({ id: z.string(), name: z.string() }).nullable(),
        threshold: z.string().nullable(),
        robustBefore: z.number().nullable(),
        robustAfter: z.number().nullable(),
        taken: z.int().nullable(),
        evaluatorVersion: z.string(),
      }),
    ),
  })
  .openapi("History");

const read = createRoute({
  method: "get",
  path: "/defenses/{id}",
  summary: "A defense: its claim, its standing, and everything that it was measured with",
  request: { params: IdParam },
  responses: {
    200: { description: "The defense", content: { "application/json": { schema: DefenseBody } } },
    ...errors(404),
  },
});

const history = createRoute({
  method: "get",
  path: "/defenses/{id}/history",
  summary: "The record of a defense, oldest first",
  request: { params: IdParam },
  responses: {
    200: { description: "The record", content: { "application/json": { schema: HistoryBody } } },
    ...errors(404),
  },
});

export function defenseRoutes(api: Api): void {
  api.openapi(read, async (c) => {
    const defense = await readDefenseBody(c.var.caller.viewer, c.req.valid("param").id);
    if (!defense) throw new Refusal(notFound("defense"));
    const evaluations = (await meetingsOf(defense.id, "defense")).map(evaluationBody);
    const model = defense.modelOpen ? `/api/v1/defenses/${defense.id}/model.onnx` : null;
    const { modelOpen: _, ...rest } = defense;
    return c.json({ ...rest, model, evaluations }, 200);
  });

  api.openapi(history, async (c) => {
    const records = await historyOf(c.var.caller.viewer, c.req.valid("param").id);
    if (!records) throw new Refusal(notFound("defense"));
    return c.json({ history: records }, 200);
  });

  api.openAPIRegistry.registerPath({
    method: "get",
    path: "/defenses/{id}/examples.npz",
    summary:
      "What the gauntlet broke a defense with: x_adv float32 [rows, channels, height, width], index int64 [rows]",
    security: OPTIONAL_TOKEN,
    request: { params: IdParam },
    responses: {
      200: { description: "NumPy archive", content: { "application/octet-stream": {} } },
      ...errors(403, 404),
    },
  });
  api.get("/defenses/:id/examples.npz", async (c) => {
    const { shape, x, index } = granted(await houseExamples(c.var.caller.viewer, c.req.param("id")));
    const members = { x_adv: writeNpy({ shape, data: x }), index: writeNpy({ shape: [index.length], data: index }) };
    return c.body(writeNpz(members, { compress: true }), 200, {
      "cache-control": "private, no-cache",
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="${c.req.param("id").replace(/\W/g, "")}-examples.npz"`,
    });
  });

  api.openAPIRegistry.registerPath({
    method: "get",
    path: "/defenses/{id}/model.onnx",
    summary: "The model as it is evaluated, where it is public",
    security: OPTIONAL_TOKEN,
    request: { params: IdParam },
    responses: {
      200: { description: "ONNX", content: { "application/octet-stream": {} } },
      302: { description: "Where the ONNX is, for five minutes: some sites leave downloads to their store" },
      ...errors(403, 404),
    },
  });
  api.get("/defenses/:id/model.onnx", async (c) => {
    const { sha256, name, give } = granted(await openModel(c.var.caller.viewer, c.req.param("id")));
    const headers = { etag: `"${sha256}"`, "cache-control": "private, max-age=300" };
    if (c.req.header("if-none-match") === headers.etag) return c.body(null, 304, headers);
    const model = await give();
    if ("address" in model) return c.body(null, 302, { location: model.address, "cache-control": "private, no-store" });
    return c.body(Readable.toWeb(model.stream) as ReadableStream, 200, {
      ...headers,
      "content-type": "application/octet-stream",
      "content-length": String(model.bytes),
      "content-disposition": `attachment; filename="${name}"`,
    });
  });
}
