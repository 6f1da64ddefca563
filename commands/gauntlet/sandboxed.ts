import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { env, provide } from "#env.ts";
import { BUDGETS, type RunContext } from "#evaluator/context.ts";
import { openSearchOn } from "#evaluator/search-on.ts";
import { slotPool } from "#evaluator/slots.ts";

/**
 * Opens the evaluator's sandbox around a temporary state folder, for as long as `use` takes; no site, no database.
 * `signal` aborts on Ctrl-C.
 */
export async function withSandbox<T>(use: (context: RunContext, signal: AbortSignal) => Promise<T>): Promise<T> {
  const state = mkdtempSync(join(tmpdir(), "gauntlet-run-"));
  provide({ GAUNTLET_STATE: state });
  const slots = slotPool(env.EVALUATOR_SLOTS);
  const about = { slots, budgets: BUDGETS, folder: state, log: pino({ level: "silent" }) };
  const opening = { slots: env.EVALUATOR_SLOTS, stateFolder: state };
  const { sandbox, provider } = await openSearchOn(env.EXECUTION_PROVIDER, opening, about);
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  try {
    return await use({ ...about, sandbox, provider }, stop.signal);
  } finally {
    await sandbox.close();
    rmSync(state, { recursive: true, force: true });
  }
}
