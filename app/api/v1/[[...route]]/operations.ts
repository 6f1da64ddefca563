import { createRoute, z } from "@hono/zod-openapi";
import { mayReadMetrics, readMetrics } from "#data/metrics.ts";
import { readOperations } from "#data/operations.ts";
import { refuse } from "#data/outcome.ts";
import type { Api } from "./context.ts";
import { errors, Refusal } from "./problem-json.ts";

const Health = z
  .object({
    status: z.enum(["ok", "down"]),
    reasons: z.array(z.string()),
    database: z.boolean(),
    queue: z.object({ waiting: z.int(), running: z.int(), oldestSeconds: z.int() }),
    evaluators: z.array(
      z.object({ tier: z.string(), version: z.string(), slots: z.int(), busy: z.int(), alive: z.boolean() }),
    ),
  })
  .openapi("Health");

const content = { "application/json": { schema: Health } };
const health = createRoute({
  method: "get",
  path: "/health",
  summary: "Whether submissions can be received and evaluated",
  responses: {
    200: { description: "They can", content },
    503: { description: "They cannot, with the reasons", content },
  },
});

export function operationRoutes(api: Api): void {
  api.openapi(health, async (c) => {
    const { disk: _, evaluators, ...facts } = await readOperations();
    const shown = evaluators.map(({ tier, version, slots, busy, alive }) => ({ tier, version, slots, busy, alive }));
    c.header("cache-control", "no-store");
    return c.json({ ...facts, evaluators: shown }, facts.status === "ok" ? 200 : 503);
  });

  api.openAPIRegistry.registerPath({
    method: "get",
    path: "/metrics",
    summary: "Prometheus metrics, for admins and for scrapers on the same machine",
    security: [{ token: ["read"] }],
    responses: { 200: { description: "Prometheus text format", content: { "text/plain": {} } }, ...errors(403) },
  });
  api.get("/metrics", async (c) => {
    if (!mayReadMetrics(c.var.caller.viewer, c.req.raw.headers))
      throw new Refusal(refuse(403, { code: "admins-only", message: "Metrics are for admins." }));
    const { type, text } = await readMetrics();
    return c.body(text, 200, { "content-type": type, "cache-control": "no-store" });
  });
}
