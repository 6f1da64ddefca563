import { CORRUPTIONS, type CorruptionAccuracies, HOLDOUT_ATTACKED, inWholePercents } from "#contest/beyond.ts";
import { GAUNTLET_TIERS } from "#contest/gauntlet.ts";
import { ModelFacts } from "#contest/report.ts";
import type { Step } from "#evaluator/admit-defense.ts";
import type { Context } from "#evaluator/context.ts";
import { areImages, CORRUPTION_SEED, corrupted } from "#evaluator/corruptions/corrupt.ts";
import { type Found, type HouseTarget, probesOf, runHouse } from "#evaluator/house.ts";
import { judgeFound } from "#evaluator/judge-found.ts";
import { measureRows, type RowSet } from "#evaluator/measure.ts";
import { type LoadedChallenge, rowsAt } from "#evaluator/points.ts";
import { holdoutOrder, searchSeed } from "#evaluator/seeds.ts";
import { shuffled } from "#evaluator/shuffle.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import type { Defense, Prisma } from "#store/generated/client.ts";

/** Points that are corrupted, the first of the challenge, at most. */
const CORRUPTED = 1000;

/**
 * Measures what a defense does outside of the challenge's ball and points: on corrupted points, and what the gauntlet
 * leaves of it on a fixed part of the holdout. Decides nothing by itself. Once per defense; a second call changes
 * nothing. Throws for faults of ours.
 */
export async function measureBeyond(
  context: Context,
  challenge: LoadedChallenge,
  defenseId: string,
  { signal }: Pick<Step, "signal">,
): Promise<void> {
  const defense = await context.db.defense.findUniqueOrThrow({ where: { id: defenseId }, include: { beyond: true } });
  if (defense.disqualified || defense.beyond || defense.tier !== "full") return;
  const measuring: Measuring = { context: { ...context, slots: context.backgroundSlots }, challenge, defense, signal };
  const corruptions = areImages(challenge.arena) ? await onCorruptions(measuring) : null;
  const holdout = await onHoldout(measuring);
  await context.db.beyond.createMany({
    data: [
      {
        ...{ defenseId, corruptionSeed: CORRUPTION_SEED, evaluatorVersion: EVALUATOR_VERSION },
        ...(corruptions && { corruptions: corruptions as Prisma.InputJsonValue }),
        ...{ holdoutN: holdout.n, holdoutClean: holdout.clean, holdoutStanding: holdout.standing },
      },
    ],
    skipDuplicates: true,
  });
}

interface Measuring {
  context: Context;
  challenge: LoadedChallenge;
  defense: Defense;
  signal: AbortSignal | undefined;
}

async function answersTo({ context, challenge, defense, signal }: Measuring, set: RowSet): Promise<Uint16Array> {
  const subject = { modelSha: defense.modelSha, draws: defense.randomised ? challenge.file.draws : 1 };
  const options = { background: true, ...(signal && { signal }) };
  return (await measureRows(context, challenge, subject, set, options)).answers;
}

async function onCorruptions(measuring: Measuring): Promise<CorruptionAccuracies> {
  const { points, labels, arena } = measuring.challenge;
  const n = Math.min(CORRUPTED, labels.length);
  const accuracies: CorruptionAccuracies = [];
  for (const name of CORRUPTIONS) {
    const noiseNames = Array.from({ length: n }, (_, point) => `${name}:${point}`);
    const answers = await answersTo(measuring, { rows: corrupted(name, points, n, arena), noiseNames });
    accuracies.push({ name, right: answers.filter((answer, point) => answer === labels[point]).length, n });
  }
  return accuracies;
}

/** Counts stand for whole percents (rule 9). Null: the attacks did not come to their end. */
interface HoldoutStanding {
  n: number;
  clean: number;
  standing: number | null;
}

/** The same inputs for every defense of a challenge; which ones follows from the installation's secret. */
function inputsOf({ context, challenge }: Measuring): number[] {
  const { holdout, row } = challenge;
  const order = holdoutOrder(context.secret, row.slug);
  return [...shuffled(holdout.labels.length, order)].slice(0, HOLDOUT_ATTACKED).sort((a, b) => a - b);
}

async function onHoldout(measuring: Measuring): Promise<HoldoutStanding> {
  const { context, challenge, defense, signal } = measuring;
  const { holdout, size } = challenge;
  const inputs = inputsOf(measuring);
  const n = inputs.length;
  const noiseNames = inputs.map((input) => `holdout:${input}`);
  const answers = await answersTo(measuring, { rows: rowsAt(holdout.x, inputs, size), noiseNames });
  const standing = new Set(inputs.filter((input, i) => answers[i] === holdout.labels[input]));
  const clean = inWholePercents(standing.size, n);
  const seed = searchSeed(context.secret, "holdout-gauntlet", defense.modelSha);
  for (const tier of GAUNTLET_TIERS) {
    const points = [...standing];
    if (points.length === 0) break;
    const target: HouseTarget = {
      ...{ modelSha: defense.modelSha, facts: ModelFacts.parse(defense.facts) },
      ...{ inputs: holdout.x, points, starts: { rows: [], examples: new Float32Array() } },
      probes: probesOf(challenge.points, size),
    };
    const stages: Found[] = [];
    const ran = await runHouse(context, challenge, target, {
      ...{ tier, seed, done: [], background: true },
      onStage: (found) => stages.push(found),
      ...(signal && { signal }),
    });
    for (const found of stages) await takeFrom(standing, measuring, target, found);
    if (!ran.finished) return { n, clean, standing: null };
  }
  return { n, clean, standing: inWholePercents(standing.size, n) };
}

async function takeFrom(
  standing: Set<number>,
  { context, challenge, defense, signal }: Measuring,
  target: HouseTarget,
  found: Found,
): Promise<void> {
  const subject = { modelSha: defense.modelSha, draws: defense.randomised ? challenge.file.draws : 1 };
  const { places, measured } = await judgeFound(context, challenge, target, subject, found, signal);
  places.forEach((place, i) => {
    const input = target.points[place]!;
    if (measured!.answers[i] !== challenge.holdout.labels[input]) standing.delete(input);
  });
}
