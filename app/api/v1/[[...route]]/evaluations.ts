import { z } from "@hono/zod-openapi";
import type { Meeting } from "#data/results.ts";

export const EvaluationBody = z
  .object({
    kind: z.enum(["clean", "holdout", "attack", "house"]),
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
  .openapi("Evaluation");

export function evaluationBody({ at, ...meeting }: Meeting): z.infer<typeof EvaluationBody> {
  return { ...meeting, at: at.toISOString() };
}
