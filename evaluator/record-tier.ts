import type { GauntletTier, Survey } from "#contest/gauntlet.ts";
import type { Context } from "#evaluator/context.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { clock } from "#store/database.ts";
import type { Prisma } from "#store/generated/client.ts";

/** Writes down that a defense has been through a tier, once; not of one that somebody else has brought further meanwhile. */
export async function recordTier(
  { db }: Pick<Context, "db">,
  { row: { id: challengeId } }: Pick<LoadedChallenge, "row">,
  defenseId: string,
  tier: GauntletTier,
  survey: Survey | null = null,
): Promise<void> {
  const data = { tier, gauntletFault: null, ...(survey && { survey: survey as Prisma.InputJsonValue }) };
  await db.$transaction(async (tx) => {
    const where = { id: defenseId, disqualified: null, tier: { notIn: ["full" as const, tier] } };
    const { count } = await tx.defense.updateMany({ where, data });
    if (count === 0) return;
    const written = { challengeId, defenseId, evaluatorVersion: EVALUATOR_VERSION, at: await clock(tx) };
    await tx.historyRecord.create({ data: { ...written, kind: "gauntlet", detail: { tier } } });
  });
}

/** Writes down that a tier could not be run on a defense and how the model's process ended: it is not ranked, and not tried again. */
export async function recordFault(
  { db }: Pick<Context, "db">,
  defenseId: string,
  ended: string,
  survey: Survey | null,
): Promise<void> {
  const data = { gauntletFault: ended, ...(survey && { survey: survey as Prisma.InputJsonValue }) };
  await db.defense.updateMany({ where: { id: defenseId, disqualified: null }, data });
}
