import type { Step } from "#evaluator/admit-defense.ts";
import { measureBeyond } from "#evaluator/beyond.ts";
import type { Context } from "#evaluator/context.ts";
import { measureCurve } from "#evaluator/curve.ts";
import { fits } from "#evaluator/fit.ts";
import { endSharded, runShard, shardsToRun } from "#evaluator/full-tier.ts";
import { type LoadedChallenge, loadChallenge } from "#evaluator/points.ts";
import { runTier } from "#evaluator/run-tier.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { enqueueGauntlet, type GauntletJob } from "#store/gauntlet-queue.ts";
import { enqueueRefresh } from "#store/queue.ts";

/**
 * Takes a defense through a tier of the gauntlet, and through the one before where it lacks that; the full one is split
 * into shards, each a job of its own, where there are points enough, and is followed by the curve over radii and by what
 * lies beyond the ball and the points. May be run twice, even at once: each part is recorded once, and a second run finds
 * fewer missing. Throws for faults of ours, which the queue retries.
 */
export async function runGauntlet(
  context: Context,
  { defenseId, tier, shard }: GauntletJob,
  signal?: AbortSignal,
): Promise<void> {
  const defense = await context.db.defense.findUnique({ where: { id: defenseId }, include: { challenge: true } });
  if (!defense || defense.gauntletFault !== null) return;
  const challenge = await loadChallenge(context, defense.challenge);
  const step: Step = { signal, progress: () => {} };
  const reached = () => context.db.defense.findUniqueOrThrow({ where: { id: defenseId } });
  if (tier === "beyond") {
    await measureCurve(context, challenge, defenseId, step);
    await measureBeyond(context, challenge, defenseId, step);
    // The curve's search may have broken points.
    return enqueueRefresh(context.boss, challenge.row.id);
  }
  if (defense.tier === "none") await runTier(context, challenge, defenseId, "quick", step, true);
  if (tier === "full" && (await reached()).tier === "quick") await runFull(context, challenge, defenseId, shard, step);
  await enqueueRefresh(context.boss, challenge.row.id);
  const { tier: now } = await reached();
  if (tier === "full" && now === "full")
    await enqueueGauntlet(context, EVALUATOR_VERSION, { defenseId, tier: "beyond" });
}

/** One shard; or what is left to do of the whole tier: to make its shards, to send for those that nobody has done, to end it. */
async function runFull(
  context: Context,
  challenge: LoadedChallenge,
  defenseId: string,
  shard: number | undefined,
  step: Step,
): Promise<void> {
  if (shard !== undefined) return runShard(context, challenge, defenseId, shard, step);
  const defense = await context.db.defense.findUniqueOrThrow({ where: { id: defenseId } });
  if (!(await fits(context, challenge, defense))) return;
  const shards = await shardsToRun(context, defenseId);
  if (shards === "whole") return runTier(context, challenge, defenseId, "full", step, true);
  for (const open of shards)
    await enqueueGauntlet(context, EVALUATOR_VERSION, { defenseId, tier: "full", shard: open });
  if (shards.length === 0) await endSharded(context, challenge, defenseId, step);
}
