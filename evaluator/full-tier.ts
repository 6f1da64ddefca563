import { onesOf } from "#contest/bits.ts";
import { Survey } from "#contest/gauntlet.ts";
import { shardCount, shardsOf } from "#contest/shards.ts";
import type { Step } from "#evaluator/admit-defense.ts";
import { bytesOf } from "#evaluator/columns.ts";
import type { Context } from "#evaluator/context.ts";
import { type LoadedChallenge, pointsOf } from "#evaluator/points.ts";
import { lockDefense } from "#evaluator/record-attack.ts";
import { recordFault } from "#evaluator/record-tier.ts";
import { type Ledger, runStages } from "#evaluator/run-stages.ts";
import { endTier, stagesDone } from "#evaluator/run-tier.ts";
import { keepEnded, keepStage, mergeStages } from "#evaluator/shard-stages.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { clock } from "#store/database.ts";
import type { GauntletShard, Prisma } from "#store/generated/client.ts";

/** Shards are not equally hard: how much more than its part of the tier's CPU time one may take. */
const SLACK = 1.5;

/**
 * The numbers of the shards of a defense's full tier that have not ended; makes the shards where there are none. "whole"
 * where the points that stand are too few to be split. The split is made once and stays: points fall, shards do not move.
 */
export async function shardsToRun(
  { db, budgets }: Pick<Context, "db" | "budgets">,
  defenseId: string,
): Promise<number[] | "whole"> {
  return db.$transaction(async (tx) => {
    const defense = await lockDefense(tx, defenseId);
    const where = { defenseId, evaluatorVersion: EVALUATOR_VERSION };
    const made = await tx.gauntletShard.findMany({ where, orderBy: { shard: "asc" } });
    if (made.length > 0) return made.filter(({ endedAt }) => endedAt === null).map(({ shard }) => shard);
    const points = onesOf(defense.standingBits!);
    const of = shardCount(points.length, budgets.shardPoints);
    if (of === 1) return "whole";
    const data = shardsOf(points, of).map((part, shard) => {
      return { ...where, shard, of, points: bytesOf(Uint32Array.from(part)) };
    });
    await tx.gauntletShard.createMany({ data });
    return data.map(({ shard }) => shard);
  });
}

/**
 * Runs what is left of one shard: the stages of the full tier on its points, as if there were no others. Each stage is
 * kept as it is judged; whoever keeps a stage's last part makes the evaluation of it, and whoever ends the last shard
 * ends the tier. A shard that is gone has been done with. Throws for faults of ours.
 */
export async function runShard(
  context: Context,
  challenge: LoadedChallenge,
  defenseId: string,
  shard: number,
  step: Step,
): Promise<void> {
  const key = { defenseId, evaluatorVersion: EVALUATOR_VERSION, shard };
  const part = await context.db.gauntletShard.findUnique({ where: { defenseId_evaluatorVersion_shard: key } });
  if (!part) return;
  if (part.endedAt === null) {
    const options = { tier: "full", step, background: true } as const;
    const ran = await runStages(context, challenge, defenseId, ledgerOf(context, challenge, part), options);
    if (ran === null) return dropShards(context, defenseId);
    if (ran.fault !== null) {
      await recordFault(context, defenseId, ran.fault, ran.survey);
      return dropShards(context, defenseId);
    }
    await context.db.gauntletShard.updateMany({
      where: key,
      data: { endedAt: await clock(context.db), ...(ran.survey && { survey: ran.survey as Prisma.InputJsonValue }) },
    });
  }
  await endSharded(context, challenge, defenseId, step);
}

/** Ends the full tier of a defense once all its shards have ended; does nothing before. */
export async function endSharded(
  context: Context,
  challenge: LoadedChallenge,
  defenseId: string,
  step: Step,
): Promise<void> {
  const where = { defenseId, evaluatorVersion: EVALUATOR_VERSION };
  const shards = await context.db.gauntletShard.findMany({ where, orderBy: { shard: "asc" } });
  if (shards.length === 0 || shards.some(({ endedAt }) => endedAt === null)) return;
  await mergeStages(context, challenge, defenseId);
  const surveys = shards.flatMap(({ survey }) => (survey === null ? [] : [Survey.parse(survey)]));
  await endTier(context, challenge, defenseId, { tier: "full", step, background: true }, surveys[0] ?? null);
  await dropShards(context, defenseId);
}

/** What remains of a sharded tier once it is recorded, or cannot be: the evaluations have it all. */
async function dropShards({ db }: Pick<Context, "db">, defenseId: string): Promise<void> {
  await db.gauntletShard.deleteMany({ where: { defenseId } });
}

/** The stages of one shard, and its points that neither it nor anything else has taken yet. */
function ledgerOf(context: Context, challenge: LoadedChallenge, part: GauntletShard): Ledger {
  const { db } = context;
  const { defenseId, evaluatorVersion, shard } = part;
  const kept = () => db.shardStage.findMany({ where: { defenseId, evaluatorVersion, shard } });
  return {
    share: Math.min(1, SLACK / part.of),
    async done() {
      const subjects = (await kept()).map(({ subject }) => subject);
      return [...new Set([...(await stagesDone(context, defenseId)), ...subjects])];
    },
    async points({ standingBits }) {
      const stands = new Set(onesOf(standingBits!));
      for (const { points, answers } of await kept()) {
        const answered = new Uint16Array(new Uint8Array(answers).buffer);
        pointsOf({ points }).forEach((point, i) => {
          if (answered[i] !== challenge.labels[point]) stands.delete(point);
        });
      }
      return [...pointsOf(part)].filter((point) => stands.has(point));
    },
    async keep(_defense, stage) {
      await keepStage(context, part, stage);
      await mergeStages(context, challenge, defenseId);
    },
    async died(_defense, stage, kind) {
      await keepEnded(context, part, stage, kind);
      await mergeStages(context, challenge, defenseId);
    },
  };
}
