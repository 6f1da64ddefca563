import { type Distance, judgeRow } from "#contest/admissible.ts";
import { getBit, onesOf } from "#contest/bits.ts";
import type { Arena } from "#contest/challenge.ts";
import { widestRadius } from "#contest/curve.ts";
import { ModelFacts } from "#contest/report.ts";
import { NOT_ATTACKED } from "#contest/verdict.ts";
import type { Step } from "#evaluator/admit-defense.ts";
import type { Context, RunContext } from "#evaluator/context.ts";
import { type Found, type HouseRun, type HouseTarget, probesOf, runHouse } from "#evaluator/house.ts";
import { type JudgedFound, judgeFound } from "#evaluator/judge-found.ts";
import type { Subject } from "#evaluator/measure.ts";
import { floats, type LoadedChallenge, rowsAt } from "#evaluator/points.ts";
import { disqualify } from "#evaluator/record-attack.ts";
import { recordStage } from "#evaluator/record-house.ts";
import { searchSeed } from "#evaluator/seeds.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { readArtifact } from "#store/artifacts.ts";
import type { Defense } from "#store/generated/client.ts";

type Arranged = Pick<LoadedChallenge, "arena" | "size" | "seed">;

/** Where a model's nearest adversarial examples were looked for, and what that cost. */
export interface Nearest {
  found: { stage: Found; judged: JudgedFound }[];
  gradients: number;
  forwards: number;
  ran: HouseRun;
}

/**
 * Looks for the nearest adversarial example of each of the target's points at whatever distance, in a throw-away
 * process, and has a second one answer what it found (rule 7).
 */
export async function findNearest(
  context: RunContext,
  challenge: Arranged,
  target: HouseTarget,
  subject: Subject,
  options: { seed: string; background?: boolean; attacking?: RunContext; signal?: AbortSignal },
): Promise<Nearest> {
  const wide: Arena = { ...challenge.arena, epsilon: widestRadius(challenge.arena) };
  const { seed, background = false, signal } = options;
  const stages: Found[] = [];
  const ran = await runHouse(options.attacking ?? context, { ...challenge, arena: wide }, target, {
    ...{ tier: "curve", seed, done: [], background },
    onStage: (stage) => stages.push(stage),
    ...(signal && { signal }),
  });
  const found: Nearest["found"] = [];
  for (const stage of ran.lie === null ? stages : [])
    found.push({
      stage,
      judged: await judgeFound(context, { ...challenge, arena: wide }, target, subject, stage, signal),
    });
  const sum = (key: "gradients" | "forwards") => stages.reduce((total, { report }) => total + report[key], 0);
  return { found, gradients: sum("gradients"), forwards: sum("forwards"), ran };
}

/** Sets each point's distance to that of the nearest example that was answered wrongly, where that is nearer. */
export function bringNearer(
  distances: Float32Array,
  { found }: Nearest,
  points: readonly number[],
  labels: Uint16Array,
  norm: Arena["norm"],
): void {
  const key = norm.toLowerCase() as keyof Distance;
  for (const { judged } of found)
    judged.places.forEach((place, i) => {
      const point = points[place]!;
      if (judged.measured!.answers[i] === labels[point]) return;
      distances[point] = Math.min(distances[point]!, judged.distances[i]![key]);
    });
}

/**
 * Measures the curve of robust accuracy over the radius for a defense that has been through the full gauntlet: its
 * nearest examples by FMN and those that the gauntlet's other stages broke it with. Examples inside the challenge's own
 * radius count as any house attack's do. Once per defense; a second call changes nothing. Throws for faults of ours.
 */
export async function measureCurve(
  context: Context,
  challenge: LoadedChallenge,
  defenseId: string,
  { signal }: Pick<Step, "signal">,
): Promise<void> {
  const defense = await context.db.defense.findUniqueOrThrow({ where: { id: defenseId }, include: { curve: true } });
  if (defense.disqualified || defense.curve || defense.tier !== "full") return;
  const { labels, size, arena } = challenge;
  const points = onesOf(defense.cleanBits!);
  const facts = ModelFacts.parse(defense.facts);
  const starts = { rows: [], examples: new Float32Array() };
  const target: HouseTarget = {
    modelSha: defense.modelSha,
    facts,
    inputs: challenge.points,
    points,
    starts,
    probes: probesOf(challenge.points, size),
  };
  const subject = { modelSha: defense.modelSha, draws: defense.randomised ? challenge.file.draws : 1 };
  const seed = searchSeed(context.secret, "curve", defense.modelSha);
  const attacking = { ...context, slots: context.backgroundSlots };
  const nearest = await findNearest(context, challenge, target, subject, {
    ...{ seed, background: true, attacking },
    ...(signal && { signal }),
  });
  const distances = new Float32Array(labels.length).map((_, point) =>
    getBit(defense.cleanBits!, point) ? Number.POSITIVE_INFINITY : 0,
  );
  if (nearest.ran.lie !== null)
    return disqualify(context, challenge, defenseId, { flag: "dishonest-report", lie: nearest.ran.lie });
  bringNearer(distances, nearest, points, labels, arena.norm);
  for (const { stage, judged } of nearest.found)
    await recordInside(context, challenge, defense, target, stage, judged, seed);
  await withCascade(context, challenge, defenseId, distances);
  await context.db.curve.createMany({
    data: [
      {
        ...{ defenseId, distances: new Uint8Array(distances.buffer), seed, evaluatorVersion: EVALUATOR_VERSION },
        ...{ attacked: nearest.found.length > 0 ? points.length : 0 },
        ...{ gradients: nearest.gradients, forwards: nearest.forwards, seconds: nearest.ran.seconds },
        ended: nearest.ran.finished ? null : nearest.ran.outcome.kind,
      },
    ],
    skipDuplicates: true,
  });
}

/** Records those examples of standing points that lie inside the challenge's own ball, as a stage of the gauntlet. */
async function recordInside(
  context: Context,
  challenge: LoadedChallenge,
  defense: Defense,
  target: HouseTarget,
  stage: Found,
  judged: JudgedFound,
  seed: string,
): Promise<void> {
  const { size, arena } = challenge;
  const row = (values: Float32Array, at: number) => values.subarray(at * size, (at + 1) * size);
  const { standingBits, standing } = await context.db.defense.findUniqueOrThrow({ where: { id: defense.id } });
  const inside = [...judged.places.keys()].filter(
    (i) =>
      getBit(standingBits!, target.points[judged.places[i]!]!) &&
      judgeRow(row(judged.examples, i), row(target.inputs, target.points[judged.places[i]!]!), arena).admissible,
  );
  const measured = judged.measured && {
    ...judged.measured,
    answers: Uint16Array.from(inside, (i) => judged.measured!.answers[i]!),
  };
  const kept: JudgedFound = {
    places: inside.map((i) => judged.places[i]!),
    examples: rowsAt(judged.examples, inside, size),
    distances: inside.map((i) => judged.distances[i]!),
    measured,
  };
  const points = kept.places.map((place) => target.points[place]!);
  const report = { ...stage.report, attacked: standing, found: inside.length };
  await recordStage(context, challenge, defense, { ...stage, report, judged: kept, points, seed });
}

/** Brings in what the other stages of the gauntlet broke points with; those examples were judged when they were found. */
async function withCascade(
  context: Context,
  { points, size, arena, labels }: LoadedChallenge,
  defenseId: string,
  distances: Float32Array,
): Promise<void> {
  const key = arena.norm.toLowerCase() as keyof Distance;
  const stages = await context.db.evaluation.findMany({
    where: { defenseId, kind: "house", examplesSha: { not: null } },
    select: { answers: true, examplesSha: true },
  });
  for (const { answers, examplesSha } of stages) {
    const examples = floats(await readArtifact(examplesSha!));
    const answered = new Uint16Array(answers!.slice().buffer);
    const attacked = [...answered.keys()].filter((point) => answered[point] !== NOT_ATTACKED);
    attacked.forEach((point, row) => {
      if (answered[point] === labels[point]) return;
      const clean = points.subarray(point * size, (point + 1) * size);
      const verdict = judgeRow(examples.subarray(row * size, (row + 1) * size), clean, arena);
      if (verdict.admissible) distances[point] = Math.min(distances[point]!, verdict.distance[key]);
    });
  }
}
