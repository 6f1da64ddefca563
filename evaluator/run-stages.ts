import type { GauntletTier, Stage, Survey } from "#contest/gauntlet.ts";
import { planOf } from "#contest/gauntlet.ts";
import type { Step } from "#evaluator/admit-defense.ts";
import type { Context } from "#evaluator/context.ts";
import { type Found, type HouseTarget, runHouse } from "#evaluator/house.ts";
import { type JudgedFound, judgeFound } from "#evaluator/judge-found.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { disqualify } from "#evaluator/record-attack.ts";
import { searchSeed } from "#evaluator/seeds.ts";
import { targetOf } from "#evaluator/target.ts";
import type { Defense } from "#store/generated/client.ts";

/** How often a stage is tried in which the runner dies. */
const TRIES = 2;

/** A stage as judged: what found it, and what counts of it. */
export interface JudgedStage extends Found {
  judged: JudgedFound;
  /** The points of the judged examples. */
  points: number[];
  seed: string;
}

/** Where the stages of a run come from and go to: the whole of a defense's points, or a shard of them. */
export interface Ledger {
  /** What of a tier's CPU time the run may take. */
  share: number;
  /** Ids of stages that need not be run any more. */
  done(): Promise<string[]>;
  /** Points that are still to be attacked, ascending. */
  points(defense: Defense): Promise<number[]>;
  keep(defense: Defense, stage: JudgedStage): Promise<void>;
  /** A stage in which the runner died twice, and how. */
  died(defense: Defense, stage: Stage, kind: string): Promise<void>;
}

export interface StagesRun {
  /** What the runner said of the model, where it came to say it. */
  survey: Survey | null;
  /** How the process died before it had said what can be attacked; null where it did not. */
  fault: string | null;
}

export interface StagesOptions {
  tier: GauntletTier;
  step: Step;
  background: boolean;
}

/**
 * Runs the stages of a tier that the ledger lacks on the points that it gives; each is judged and kept as it comes, so
 * that a killed evaluator repeats only what was not kept yet. A stage in which the runner dies twice is kept as ended so
 * and the next one is tried (docs/decisions/0008). Null where the defense is, or becomes, disqualified: a report that
 * does not keep to the plan is no result at all. Throws for faults of ours.
 */
export async function runStages(
  context: Context,
  challenge: LoadedChallenge,
  defenseId: string,
  ledger: Ledger,
  { tier, step, background }: StagesOptions,
): Promise<StagesRun | null> {
  // Judging what a stage found does not wait for the slot that the stages run in.
  const attacking = background ? { ...context, slots: context.backgroundSlots } : context;
  const deaths = new Map<string, number>();
  let survey: Survey | null = null;
  for (;;) {
    const seen: { survey: Survey | null } = { survey: null };
    const defense = await context.db.defense.findUniqueOrThrow({ where: { id: defenseId } });
    if (defense.disqualified) return null;
    const target = await targetOf(context, challenge, defense, await ledger.points(defense));
    if (target.points.length === 0) break;
    let recording = Promise.resolve();
    const ran = await runHouse(attacking, challenge, target, {
      ...{ tier, done: await ledger.done(), seed: searchSeed(context.secret, "house", defense.modelSha), background },
      cpuShare: ledger.share,
      onSurvey: (said) => {
        seen.survey = said;
      },
      onStage: (found) => {
        recording = recording.then(() => judgeAndKeep(context, challenge, defense, target, found, ledger, step));
        // Rejections are met below, when the run is over.
        recording.catch(() => {});
      },
      onProgress: (at, total) => step.progress(`running the gauntlet: ${tier}`, Math.floor(at * 100), total * 100),
      ...(step.signal && { signal: step.signal }),
    });
    await recording;
    if (ran.lie !== null) {
      context.log.warn({ defense: defenseId, lie: ran.lie }, "a dishonest report");
      await disqualify(context, challenge, defenseId, { flag: "dishonest-report", lie: ran.lie });
      return null;
    }
    survey = seen.survey ?? survey;
    if (ran.finished) break;
    const { kind } = ran.outcome;
    const next = seen.survey && nextStage(tier, seen.survey, challenge, await ledger.done());
    context.log.warn({ defense: defenseId, stage: next?.id, ended: kind, fault: ran.fault }, "house attack");
    if (next === undefined) break;
    const died = (deaths.get(next?.id ?? "") ?? 0) + 1;
    deaths.set(next?.id ?? "", died);
    // The CPU time of a whole tier is spent: there is none for another try, or another stage.
    if (kind !== "cpu" && died < TRIES) continue;
    if (next === null) return { survey, fault: kind };
    await ledger.died(defense, next, kind);
    // Nor is there time to let it fall silent in every other stage.
    if (kind === "cpu" || kind === "timeout") break;
  }
  return { survey, fault: null };
}

/** The stage that a runner died in; undefined where it had ended them all. */
function nextStage(tier: GauntletTier, survey: Survey, challenge: LoadedChallenge, done: string[]): Stage | undefined {
  return planOf(tier, survey, challenge.arena.norm).find(({ id }) => !done.includes(id));
}

async function judgeAndKeep(
  context: Context,
  challenge: LoadedChallenge,
  defense: Defense,
  target: HouseTarget,
  found: Found,
  ledger: Ledger,
  step: Pick<Step, "signal">,
): Promise<void> {
  const subject = { modelSha: defense.modelSha, draws: defense.randomised ? challenge.file.draws : 1 };
  const judged = await judgeFound(context, challenge, target, subject, found, step.signal);
  if (judged.measured?.unstable) {
    const { by } = judged.measured.unstable;
    return disqualify(context, challenge, defense.id, { flag: "batch-dependent", by });
  }
  const points = judged.places.map((place) => target.points[place]!);
  const seed = searchSeed(context.secret, "house", defense.modelSha);
  await ledger.keep(defense, { ...found, judged, points, seed });
}
