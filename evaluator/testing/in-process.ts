import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import { installationSecret } from "#env.ts";
import { admitDefense } from "#evaluator/admit-defense.ts";
import { BUDGETS, type Budgets, type Context } from "#evaluator/context.ts";
import { type LoadedChallenge, loadChallenge } from "#evaluator/points.ts";
import { recordTier } from "#evaluator/record-tier.ts";
import { openSandbox } from "#evaluator/sandbox/sandbox.ts";
import { slotPool } from "#evaluator/slots.ts";
import type { Installation } from "#evaluator/testing/installation.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { createGauntletQueue } from "#store/gauntlet-queue.ts";

/** An evaluator's parts inside of the test's own process: it takes no jobs, the test calls what it wants done. */
export async function evaluatorParts(
  { db, boss, folder: parent }: Installation,
  { background = 1, ...budgets }: Partial<Budgets> & { background?: number },
): Promise<Context> {
  const folder = mkdtempSync(join(parent, "evaluator-"));
  const sandbox = await openSandbox({ slots: 1 + background, stateFolder: folder });
  await createGauntletQueue(boss, EVALUATOR_VERSION);
  const pools = { slots: slotPool(1), backgroundSlots: slotPool(background, 1), width: 1 };
  const about = { log: pino({ level: "silent" }), secret: installationSecret(), cpu: "test", provider: "cpu" as const };
  return { db, boss, sandbox, folder, ...pools, ...about, budgets: { ...BUDGETS, ...budgets } };
}

/** Admits a model as a defense that has been through the quick tier, which took nothing. */
export async function admittedModel(
  context: Context,
  site: Installation,
  bytes: Uint8Array,
): Promise<{ challenge: LoadedChallenge; id: string }> {
  const id = await site.submit("defense", { bytes });
  const submission = await context.db.submission.findUniqueOrThrow({ where: { id } });
  const challenge = await loadChallenge(context, site.challenge);
  const refusal = await admitDefense(context, challenge, submission, { progress: () => {} });
  if (refusal) throw new Error(JSON.stringify(refusal.refused));
  await recordTier(context, challenge, id, "quick");
  return { challenge, id };
}
