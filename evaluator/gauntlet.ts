import { createHmac } from "node:crypto";
import { onesOf } from "#contest/bits.ts";
import { cascadeFlags, type Flag } from "#contest/flags.ts";
import { type GauntletTier, HouseDetail, planOf, type Stage, type Survey } from "#contest/gauntlet.ts";
import { ModelFacts } from "#contest/report.ts";
import type { Step } from "#evaluator/admit-defense.ts";
import { measureBeyond } from "#evaluator/beyond.ts";
import { runChecks, toCheck } from "#evaluator/checks.ts";
import type { Context } from "#evaluator/context.ts";
import { measureCurve } from "#evaluator/curve.ts";
import { type Found, type HouseTarget, probesOf, runHouse } from "#evaluator/house.ts";
import { judgeFound } from "#evaluator/judge-found.ts";
import { floats, type LoadedChallenge, loadChallenge, pointsOf, rowsAt } from "#evaluator/points.ts";
import { disqualify } from "#evaluator/record-attack.ts";
import { recordFlags } from "#evaluator/record-flags.ts";
import { recordEnded, recordStage } from "#evaluator/record-house.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { readArtifact } from "#store/artifacts.ts";
import type { Defense, Prisma } from "#store/generated/client.ts";
import { enqueueGauntlet, enqueueRefresh, type GauntletJob } from "#store/queue.ts";

/** Archived attacks of the challenge's baselines whose examples the gauntlet starts from: its transfer set. */
const TRANSFERS = 4;

/**
 * Takes a defense through a tier of the gauntlet, and through the one before where it lacks that; the full one is
 * followed, by a job of its own, by the curve over radii and by what lies beyond the ball and the points. May be run
 * twice, even at once: each part is recorded once, and a second run finds fewer missing. Throws for faults of ours, which
 * the queue retries.
 */
export async function runGauntlet(
  context: Context,
  defenseId: string,
  tier: GauntletJob["tier"],
  signal?: AbortSignal,
): Promise<void> {
  const defense = await context.db.defense.findUnique({ where: { id: defenseId }, include: { challenge: true } });
  if (!defense) return;
  const challenge = await loadChallenge(context, defense.challenge);
  const step: Step = { signal, progress: () => {} };
  if (defense.tier === "none") await runTier(context, challenge, defenseId, "quick", step, true);
  if (tier === "full" && defense.tier !== "full") await runTier(context, challenge, defenseId, "full", step, true);
  await enqueueRefresh(context.boss, challenge.row.id);
  if (tier === "full") await enqueueGauntlet(context.boss, defenseId, "beyond");
  if (tier !== "beyond") return;
  await measureCurve(context, challenge, defenseId, step);
  await measureBeyond(context, challenge, defenseId, step);
  // The curve's search may have broken points.
  await enqueueRefresh(context.boss, challenge.row.id);
}

/**
 * Runs the stages of a tier that have no evaluation yet on the points that still stand; each is judged and recorded as
 * it comes, so that a killed evaluator repeats only what was not recorded yet. A stage in which the runner dies is recorded as ended so
 * and the next one is tried: CPU time and memory are the defense's (rule 4). A report that does not keep to the plan is no
 * result at all: the defense is disqualified.
 */
export async function runTier(
  context: Context,
  challenge: LoadedChallenge,
  defenseId: string,
  tier: GauntletTier,
  step: Step,
  background = false,
): Promise<void> {
  // Judging what a stage found does not wait for the slot that the stages run in.
  const attacking = background ? { ...context, slots: context.backgroundSlots } : context;
  const seen: { survey: Survey | null } = { survey: null };
  for (;;) {
    const defense = await context.db.defense.findUniqueOrThrow({ where: { id: defenseId } });
    if (defense.disqualified) return;
    const done = await stagesDone(context, defenseId);
    const target = await targetOf(context, challenge, defense);
    if (target.points.length === 0) break;
    let recording = Promise.resolve();
    const ran = await runHouse(attacking, challenge, target, {
      ...{ tier, done, seed: houseSeed(context, defense), background },
      onSurvey: (survey) => {
        seen.survey = survey;
      },
      onStage: (found) => {
        recording = recording.then(() => judgeAndRecord(context, challenge, defense, target, found, step));
        // Rejections are met below, when the run is over.
        recording.catch(() => {});
      },
      onProgress: (at, total) => step.progress(`running the gauntlet: ${tier}`, Math.floor(at * 100), total * 100),
      ...(step.signal && { signal: step.signal }),
    });
    await recording;
    if (ran.lie !== null) {
      context.log.warn({ defense: defenseId, lie: ran.lie }, "a dishonest report");
      return disqualify(context, challenge, defenseId, { flag: "dishonest-report", lie: ran.lie });
    }
    if (ran.finished) break;
    const next = nextStage(tier, seen.survey, challenge, await stagesDone(context, defenseId));
    context.log.warn(
      { defense: defenseId, stage: next?.id, ended: ran.outcome.kind, fault: ran.fault },
      "house attack",
    );
    if (!next) break;
    await recordEnded(context, challenge, defense, next, ran.outcome.kind);
  }
  if (!(await checkTier(attacking, challenge, defenseId, tier, step, background))) return;
  const data = { tier, ...(seen.survey && { survey: seen.survey as Prisma.InputJsonValue }) };
  // Somebody else may have brought it further meanwhile.
  await context.db.defense.updateMany({ where: { id: defenseId, disqualified: null, tier: { not: "full" } }, data });
}

/**
 * Runs a tier's checks and records the flags that are raised: after `quick` on points that are answered rightly, after
 * `full` on those that stand. False where the report cannot be true, and the defense is disqualified.
 */
async function checkTier(
  context: Context,
  challenge: LoadedChallenge,
  defenseId: string,
  tier: GauntletTier,
  step: Step,
  background: boolean,
): Promise<boolean> {
  const defense = await context.db.defense.findUniqueOrThrow({ where: { id: defenseId } });
  const points = toCheck(onesOf(tier === "quick" ? defense.cleanBits! : defense.standingBits!));
  const flags = tier === "full" ? await flagsOfCascade(context, challenge, defenseId) : [];
  if (points.length > 0) {
    const target = { ...modelOf(defense), points, rows: rowsAt(challenge.points, points, challenge.size) };
    step.progress(`looking for red flags: ${tier}`, 0, 1);
    const ran = await runChecks(context, challenge, target, {
      ...{ tier, seed: houseSeed(context, defense), background },
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

async function stagesDone(context: Context, defenseId: string): Promise<string[]> {
  const rows = await context.db.evaluation.findMany({
    where: { defenseId, kind: "house", evaluatorVersion: EVALUATOR_VERSION },
    select: { subject: true },
  });
  return rows.map(({ subject }) => subject);
}

/** The stage that a runner died in; null where it died before it could say what it would run. */
function nextStage(
  tier: GauntletTier,
  survey: Survey | null,
  challenge: LoadedChallenge,
  done: string[],
): Stage | undefined {
  const plan = survey
    ? planOf(tier, survey, challenge.arena.norm)
    : planOf(tier, { variants: [] }, challenge.arena.norm);
  return plan.find(({ id }) => !done.includes(id));
}

/** The same for every run on a defense, so that what is run again finds the same; told with the results. */
function houseSeed({ secret }: Context, { modelSha }: Defense): string {
  return createHmac("sha256", secret).update(`house:${modelSha}`).digest("hex").slice(0, 32);
}

async function targetOf(context: Context, challenge: LoadedChallenge, defense: Defense): Promise<HouseTarget> {
  const points = onesOf(defense.standingBits!);
  const starts = await startsOf(context, challenge, points);
  const probes = probesOf(challenge.points, challenge.size);
  return { ...modelOf(defense), points, rows: rowsAt(challenge.points, points, challenge.size), starts, probes };
}

const modelOf = ({ modelSha, facts }: Defense) => ({ modelSha, facts: ModelFacts.parse(facts) });

/** Rows of the baselines' attacks on points that stand: they did not fool this defense, but may lie close to what does. */
async function startsOf(
  context: Context,
  challenge: LoadedChallenge,
  points: number[],
): Promise<HouseTarget["starts"]> {
  const attacks = await context.db.attack.findMany({
    where: { challengeId: challenge.row.id, origin: "baseline" },
    orderBy: [{ receivedAt: "asc" }, { id: "asc" }],
    take: TRANSFERS,
  });
  const placeOf = new Map(points.map((point, place) => [point, place]));
  const starts: [place: number, example: Float32Array][] = [];
  for (const attack of attacks) {
    const values = floats(await readArtifact(attack.examplesSha));
    pointsOf(attack).forEach((point, row) => {
      const place = placeOf.get(point);
      if (place !== undefined) starts.push([place, values.subarray(row * challenge.size, (row + 1) * challenge.size)]);
    });
  }
  const examples = new Float32Array(starts.length * challenge.size);
  for (const [i, [, example]] of starts.entries()) examples.set(example, i * challenge.size);
  return { rows: starts.map(([place]) => place), examples };
}

async function judgeAndRecord(
  context: Context,
  challenge: LoadedChallenge,
  defense: Defense,
  target: HouseTarget,
  found: Found,
  step: Pick<Step, "signal">,
): Promise<void> {
  const subject = { modelSha: defense.modelSha, draws: defense.randomised ? challenge.file.draws : 1 };
  const judged = await judgeFound(context, challenge, target, subject, found, step.signal);
  if (judged.measured?.unstable) {
    const { by } = judged.measured.unstable;
    return disqualify(context, challenge, defense.id, { flag: "batch-dependent", by });
  }
  const points = judged.places.map((place) => target.points[place]!);
  await recordStage(context, challenge, defense, { ...found, judged, points, seed: houseSeed(context, defense) });
}
