import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import type { EvaluatorProcess } from "#evaluator/testing/process.ts";
import { TINY, tinyFile } from "#evaluator/testing/tiny.ts";

let site: Installation;
let evaluator: EvaluatorProcess;
beforeAll(async () => {
  site = await openInstallation(TINY);
  evaluator = await site.startEvaluator();
}, 120_000);
afterAll(() => site?.close());

test("a challenge's own baselines are scored on the first start", async () => {
  const submissions = await site.db.submission.findMany();
  for (const { id } of submissions) expect(await site.outcome(id)).toMatchObject({ state: "scored" });
  expect(await site.db.evaluation.groupBy({ by: ["kind"], _count: true })).toEqual([]);
  expect(createHash("sha256").update(tinyFile("baselines/linear.onnx")).digest("hex")).toHaveLength(64);
  expect(evaluator.running()).toBe(true);
});
