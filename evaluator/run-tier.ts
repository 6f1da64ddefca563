import { onesOf } from "#contest/bits.ts";
import { cascadeFlags, type Flag } from "#contest/flags.ts";
import { type GauntletTier, HouseDetail, type Survey } from "#contest/gauntlet.ts";
import type { Step } from "#evaluator/admit-defense.ts";
import { runChecks, toCheck } from "#evaluator/checks.ts";
import type { Context } from "#evaluator/context.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { disqualify } from "#evaluator/record-attack.ts";
import { recordFlags } from "#evaluator/record-flags.ts";
import { recordEnded, recordStage } from "#evaluator/record-house.ts";
import { recordFault, recordTier } from "#evaluator/record-tier.ts";
import { type Ledger, runStages, type StagesOptions } from "#evaluator/run-stages.ts";
import { searchSeed } from "#evaluator/seeds.ts";
import { modelOf } from "#evaluator/target.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";

/**
 * Runs the stages of a tier that have no evaluation yet on all points that still stand, and then what ends the tier. May
 * be run twice, even at once: each part is recorded once. Throws for faults of ours.
 */
export async function runTier(
  context: Context,
  challenge: LoadedChallenge,
  defenseId: string,
  tier: GauntletTier,
  step: Step,
  background = false,
): Promise<void> {
  const options = { tier, step, background };
  const ran = await runStages(context, challenge, defenseId, wholeOf(context, challenge, defenseId), options);
  if (ran === null) return;
  if (ran.fault !== null) return recordFault(context, defenseId, ran.fault, ran.survey);
  await endTier(context, challenge, defenseId, options, ran.survey);
}

/** All points of a defense at once: each stage becomes an evaluation as it is judged. */
function wholeOf(context: Context, challenge: LoadedChallenge, defenseId: string): Ledger {
  return {
    share: 1,
    done: () => stagesDone(context, defenseId),
    points: async ({ standingBits }) => onesOf(standingBits!),
    keep: (defense, stage) => recordStage(context, challenge, defense, stage),
    died: (defense, stage, kind) => recordEnded(context, challenge, defense, stage, kind),
  };
}

/**
 * Ends a tier whose stages are recorded: looks for red flags and records that the defense has passed, but only where
 * every stage came to its end, since CPU time, memory and crashes are the defense's (rule 4, docs/decisions/0008).
 */
export async function endTier(
  context: Context,
  challenge: LoadedChallenge,
  defenseId: string,
  { tier, step, background }: StagesOptions,
  survey: Survey | null,
): Promise<void> {
  const fault = await faultOf(context, defenseId, tier);
  if (fault !== null) return recordFault(context, defenseId, fault, survey);
  const attacking = background ? { ...context, slots: context.backgroundSlots } : context;
  if (!(await checkTier(attacking, challenge, defenseId, { tier, step, background }))) return;
  await recordTier(context, challenge, defenseId, tier, survey);
}

/** Ids of the stages that have an evaluation by this version of the evaluator. */
export async function stagesDone({ db }: Pick<Context, "db">, defenseId: string): Promise<string[]> {
  const rows = await db.evaluation.findMany({
    where: { defenseId, kind: "house", evaluatorVersion: EVALUATOR_VERSION },
    select: { subject: true },
  });
  return rows.map(({ subject }) => subject);
}

/** How the runner ended in a stage of the tier that did not come to its end; null where all did, or no point stands that one could still take. */
async function faultOf(context: Context, defenseId: string, tier: GauntletTier): Promise<string | null> {
  const { standing } = await context.db.defense.findUniqueOrThrow({ where: { id: defenseId } });
  if (standing === 0) return null;
  const rows = await context.db.evaluation.findMany({
    where: { defenseId, kind: "house", evaluatorVersion: EVALUATOR_VERSION, subject: { startsWith: `${tier}/` } },
    orderBy: { id: "asc" },
    select: { detail: true },
  });
  return rows.map(({ detail }) => HouseDetail.parse(detail).ended).find((ended) => ended !== null) ?? null;
}

/**
 * Runs a tier's checks and records the flags that are raised: after `quick` on points that are answered rightly, after
 * `full` on those that stand. False where the report cannot be true, and the defense is disqualified.
 */
async function checkTier(
  context: Context,
  challenge: LoadedChallenge,
  defenseId: string,
  { tier, step, background }: StagesOptions,
): Promise<boolean> {
  const defense = await context.db.defense.findUniqueOrThrow({ where: { id: defenseId } });
  const points = toCheck(onesOf(tier === "quick" ? defense.cleanBits! : defense.standingBits!));
  const flags = tier === "full" ? await flagsOfCascade(context, challenge, defenseId) : [];
  if (points.length > 0) {
    const target = { ...modelOf(defense), inputs: challenge.points, points };
    step.progress(`looking for red flags: ${tier}`, 0, 1);
    const ran = await runChecks(context, challenge, target, {
      ...{ tier, seed: searchSeed(context.secret, "house", defense.modelSha), background },
      ...(step.signal && { signal: step.signal }),
    });
    if (ran.lie !== null) {
      context.log.warn({ defense: defenseId, lie: ran.lie }, "a dishonest report");
      await disqualify(context, challenge, defenseId, { flag: "dishonest-report", lie: ran.lie });
      return false;
    }
    flags.push(...ran.flags);
  }
  await recordFlags(context, challenge, defenseId, flags);
  return true;
}

/** What the stages of the full tier say together, as they were judged: the runner is not asked. */
async function flagsOfCascade(
  context: Context,
  { labels }: Pick<LoadedChallenge, "labels">,
  defenseId: string,
): Promise<Flag[]> {
  const rows = await context.db.evaluation.findMany({
    where: { defenseId, kind: "house", evaluatorVersion: EVALUATOR_VERSION, subject: { startsWith: "full/" } },
    orderBy: { id: "asc" },
    select: { taken: true, detail: true },
  });
  const stages = rows.flatMap(({ taken, detail }) => {
    const parsed = HouseDetail.safeParse(detail);
    return parsed.success ? [{ attack: parsed.data.stage.attack, taken }] : [];
  });
  return cascadeFlags(stages, labels.length);
}
