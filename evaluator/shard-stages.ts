import { judgeRow } from "#contest/admissible.ts";
import { type Stage, StageReport } from "#contest/gauntlet.ts";
import { bytesOf } from "#evaluator/columns.ts";
import type { Context } from "#evaluator/context.ts";
import type { JudgedFound } from "#evaluator/judge-found.ts";
import { floats, type LoadedChallenge, pointsOf } from "#evaluator/points.ts";
import { recordStage } from "#evaluator/record-house.ts";
import type { JudgedStage } from "#evaluator/run-stages.ts";
import { stagesDone } from "#evaluator/run-tier.ts";
import { searchSeed } from "#evaluator/seeds.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { putBytes, readArtifact } from "#store/artifacts.ts";
import type { Defense, GauntletShard, ShardStage } from "#store/generated/client.ts";

/** Keeps what a stage came to on one shard. A second call for the same stage changes nothing. */
export async function keepStage(
  { db, cpu }: Context,
  part: GauntletShard,
  { report, judged, points }: JudgedStage,
): Promise<void> {
  const { measured } = judged;
  const examples = points.length > 0 ? await putBytes(new Uint8Array(judged.examples.slice().buffer)) : null;
  await db.shardStage.createMany({
    data: [
      {
        ...{ ...keyOf(part), subject: report.stage.id, report, cpu, examplesSha: examples?.sha256 ?? null },
        ...{ points: bytesOf(Uint32Array.from(points)), answers: bytesOf(measured?.answers ?? new Uint16Array()) },
        ...{ crashed: measured?.crashed ?? 0, ortVersion: measured?.ort ?? report.ort },
        provider: measured?.provider ?? "cpu",
      },
    ],
    skipDuplicates: true,
  });
}

/** Keeps that the runner died in a stage on one shard. */
export async function keepEnded({ db, cpu }: Context, part: GauntletShard, stage: Stage, ended: string): Promise<void> {
  const report: StageReport = { stage, attacked: 0, found: 0, seconds: 0, ort: "", gradients: 0, forwards: 0 };
  const nothing = { points: new Uint8Array(), answers: new Uint8Array(), crashed: 0, ortVersion: "", provider: "cpu" };
  await db.shardStage.createMany({
    data: [{ ...keyOf(part), subject: stage.id, report, ended, cpu, ...nothing }],
    skipDuplicates: true,
  });
}

const keyOf = ({ defenseId, evaluatorVersion, shard }: GauntletShard) => ({ defenseId, evaluatorVersion, shard });

/**
 * Makes the evaluation of every stage that each shard has kept, or has ended without, in the order of the cascade: what
 * one process would have recorded for all points. Several evaluators may do so at once; each stage is recorded once.
 */
export async function mergeStages(context: Context, challenge: LoadedChallenge, defenseId: string): Promise<void> {
  const where = { defenseId, evaluatorVersion: EVALUATOR_VERSION };
  const shards = await context.db.gauntletShard.findMany({ where, select: { shard: true, endedAt: true } });
  const running = shards.filter(({ endedAt }) => endedAt === null).map(({ shard }) => shard);
  const done = new Set(await stagesDone(context, defenseId));
  const listed = await context.db.shardStage.findMany({
    where: { ...where, subject: { notIn: [...done] } },
    orderBy: { id: "asc" },
    select: { subject: true, shard: true },
  });
  for (const subject of new Set(listed.map((row) => row.subject))) {
    const have = new Set(listed.filter((row) => row.subject === subject).map(({ shard }) => shard));
    // Every shard runs the cascade in its order: what comes after this one is not there either.
    if (running.some((shard) => !have.has(shard))) return;
    const parts = await context.db.shardStage.findMany({ where: { ...where, subject }, orderBy: { shard: "asc" } });
    const defense = await context.db.defense.findUniqueOrThrow({ where: { id: defenseId } });
    const cpu = [...new Set(parts.map((part) => part.cpu))].join(", ");
    await recordStage({ ...context, cpu }, challenge, defense, await merged(context, challenge, defense, parts));
  }
}

/** The parts of a stage as one: counts added up, examples in the order of their points. */
async function merged(context: Context, challenge: LoadedChallenge, { modelSha }: Defense, parts: ShardStage[]) {
  const reports = parts.map(({ report }) => StageReport.parse(report));
  const sum = (key: "attacked" | "found" | "gradients" | "forwards" | "seconds") =>
    reports.reduce((total, report) => total + report[key], 0);
  const counts = { attacked: sum("attacked"), found: sum("found"), seconds: sum("seconds") };
  const report: StageReport = {
    ...{ ...reports[0]!, ...counts, gradients: sum("gradients"), forwards: sum("forwards") },
    // As a whole run is said to be on the CPU where a part of it was.
    provider: reports.some(({ provider }) => provider === "cpu") ? "cpu" : reports[0]!.provider,
  };
  const judged = await judgedOf(challenge, parts);
  const seed = searchSeed(context.secret, "house", modelSha);
  const ended = parts.find((part) => part.ended !== null)?.ended ?? null;
  const found = { rows: new Int32Array(), examples: judged.examples };
  return { ...{ report, judged, points: judged.places, seed, ended }, ...found };
}

/** Examples and answers of all parts, ascending by point; `places` are the points. */
async function judgedOf({ points: clean, size, arena }: LoadedChallenge, parts: ShardStage[]): Promise<JudgedFound> {
  const rows: { point: number; example: Float32Array; answer: number }[] = [];
  for (const part of parts.filter(({ examplesSha }) => examplesSha !== null)) {
    const examples = floats(await readArtifact(part.examplesSha!));
    const answers = new Uint16Array(new Uint8Array(part.answers).buffer);
    pointsOf(part).forEach((point, i) => {
      rows.push({ point, example: examples.subarray(i * size, (i + 1) * size), answer: answers[i]! });
    });
  }
  rows.sort((a, b) => a.point - b.point);
  const examples = new Float32Array(rows.length * size);
  const distances = rows.map(({ point, example }, i) => {
    examples.set(example, i * size);
    const verdict = judgeRow(example, clean.subarray(point * size, (point + 1) * size), arena);
    if (!verdict.admissible) throw new Error(`an example of point ${point} was judged before and is inadmissible now`);
    return verdict.distance;
  });
  const { ortVersion: ort, provider } = parts.find(({ examplesSha }) => examplesSha !== null) ?? parts[0]!;
  const run = { ended: null, seconds: 0, seed: "", unstable: null, faults: [], ort, provider };
  const crashed = parts.reduce((total, part) => total + part.crashed, 0);
  const measured = { ...run, crashed, answers: Uint16Array.from(rows, ({ answer }) => answer) };
  return { places: rows.map(({ point }) => point), examples, distances, measured };
}
