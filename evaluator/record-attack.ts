import { and, popcount } from "#contest/bits.ts";
import { isMilestone } from "#contest/history.ts";
import type { Judged } from "#contest/verdict.ts";
import { bytesOf, provenance } from "#evaluator/columns.ts";
import type { Context } from "#evaluator/context.ts";
import { creditBreaks } from "#evaluator/credit.ts";
import { fall } from "#evaluator/fall.ts";
import type { Measured } from "#evaluator/measure.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { clock } from "#store/database.ts";
import type { Attack, Defense, Prisma } from "#store/generated/client.ts";

interface Pair {
  defense: Pick<Defense, "id" | "modelSha">;
  attack: Attack;
  answers: Uint16Array;
  judged: Judged;
  measured: Measured;
}

/**
 * Records one attack on one defense: the evaluation, the standing's one AND, breaks, credits and notices, in one
 * transaction under the defense's row lock. A second call for the same pair and evaluator version changes nothing.
 */
export async function recordAttack(context: Context, challenge: LoadedChallenge, pair: Pair): Promise<void> {
  const { attack, judged, measured } = pair;
  await context.db.$transaction(async (tx) => {
    const defense = await lockDefense(tx, pair.defense.id);
    const after = and(defense.standingBits!, judged.bits);
    const standingAfter = popcount(after);
    const taken = defense.standing - standingAfter;
    const [inserted] = await tx.evaluation.createManyAndReturn({
      data: [
        {
          ...provenance(context, challenge, defense.modelSha, measured),
          defenseId: defense.id,
          kind: "attack",
          subject: attack.id,
          attackId: attack.id,
          bits: judged.bits,
          answers: bytesOf(pair.answers),
          attacked: judged.attacked,
          broken: judged.broken,
          invalid: judged.invalid,
          taken,
          standingBefore: defense.standing,
          standingAfter,
          distances: attack.distances as Prisma.InputJsonValue,
          examplesSha: attack.examplesSha,
        },
      ],
      skipDuplicates: true,
      select: { id: true },
    });
    if (!inserted) return;
    await countSuccess(tx, attack.id, judged.broken / Math.max(1, defense.clean));
    const taker = { attack, subject: attack.name, evaluation: inserted.id };
    await fall(tx, challenge, defense, taker, { after, standingAfter, taken });
    await countFaced(tx, defense, attack.id, standingAfter);
    if (judged.broken > 0) await creditBreaks(tx, challenge, defense, attack.id);
  });
}

/** One more defense that the attack has met, and the share of its clean-correct points that it broke. */
async function countSuccess(tx: Prisma.TransactionClient, attackId: string, share: number) {
  await tx.$executeRaw`
    WITH line AS (
      UPDATE "Attack" SET "success" = ("success" * "met" + ${share}) / ("met" + 1), "met" = "met" + 1 WHERE "id" = ${attackId}
      RETURNING "id", "met", "success"
    )
    INSERT INTO "AttackDay" ("attackId", "day", "met", "success")
    SELECT "id", (now() AT TIME ZONE 'UTC')::date, "met", "success" FROM line
    ON CONFLICT ("attackId", "day") DO UPDATE SET "met" = EXCLUDED."met", "success" = EXCLUDED."success"`;
}

/** One more attack that the defense has met; some numbers of them are for the record. */
async function countFaced(tx: Prisma.TransactionClient, defense: Defense, attackId: string, standingAfter: number) {
  const faced = defense.faced + 1;
  await tx.defense.update({ where: { id: defense.id }, data: { faced } });
  if (!isMilestone(faced)) return;
  const { id: defenseId, challengeId } = defense;
  await tx.historyRecord.create({
    data: {
      ...{ kind: "faced", challengeId, defenseId, attackId, standingAfter, detail: { faced } },
      ...{ evaluatorVersion: EVALUATOR_VERSION, at: await clock(tx) },
    },
  });
}

/** The defense's row, held until the transaction ends: standings are changed one at a time. */
export async function lockDefense(tx: Prisma.TransactionClient, id: string): Promise<Defense> {
  await tx.$queryRaw`SELECT 1 FROM "Defense" WHERE "id" = ${id} FOR UPDATE`;
  return tx.defense.findUniqueOrThrow({ where: { id } });
}

/** Answers that depend on more than the input (rule 5, found late), or a runner's report that cannot be true. */
export type Offence = { flag: "batch-dependent"; by: number } | { flag: "dishonest-report"; lie: string };

/** The defense stays, unranked, with the reason. */
export async function disqualify(
  context: Context,
  challenge: LoadedChallenge,
  defenseId: string,
  offence: Offence,
): Promise<void> {
  await context.db.$transaction(async (tx) => {
    const { count } = await tx.defense.updateMany({
      where: { id: defenseId, disqualified: null },
      data: { disqualified: offence.flag },
    });
    if (count === 0) return;
    await tx.historyRecord.create({
      data: {
        kind: "flagged",
        challengeId: challenge.row.id,
        defenseId,
        evaluatorVersion: EVALUATOR_VERSION,
        detail: offence,
      },
    });
  });
}
