import { onesOf } from "#contest/bits.ts";
import { type Estimate, estimateOf, paceOf } from "#contest/cost.ts";
import { DOES_NOT_FIT, HouseDetail, Survey } from "#contest/gauntlet.ts";
import type { Context } from "#evaluator/context.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { recordFault } from "#evaluator/record-tier.ts";
import type { Defense } from "#store/generated/client.ts";

/** What the full tier will cost a defense at the pace of its quick one; null where that tells nothing. */
export async function estimateFull(
  { db }: Pick<Context, "db">,
  { arena }: Pick<LoadedChallenge, "arena">,
  { id, survey, standingBits }: Pick<Defense, "id" | "survey" | "standingBits">,
): Promise<Estimate | null> {
  const rows = await db.evaluation.findMany({
    where: { defenseId: id, kind: "house", subject: { startsWith: "quick/" } },
    select: { seconds: true, detail: true },
  });
  const pace = paceOf(rows.map(({ seconds, detail }) => ({ ...HouseDetail.parse(detail), seconds })));
  if (pace === null || survey === null) return null;
  return estimateOf("full", Survey.parse(survey), arena.norm, { points: onesOf(standingBits!).length, pace });
}

/**
 * Rule 11: whether the full tier may be begun. Where even what cannot end early would take more CPU time than the tier
 * may, that is recorded, and no time is spent on what could not be ranked.
 */
export async function fits(
  context: Pick<Context, "db" | "budgets" | "log">,
  challenge: Pick<LoadedChallenge, "arena">,
  defense: Defense,
): Promise<boolean> {
  const estimate = await estimateFull(context, challenge, defense);
  if (estimate === null || estimate.least * 1000 <= context.budgets.houseMs.full) return true;
  context.log.warn({ defense: defense.id, ...estimate }, "the full tier does not fit its budget");
  await recordFault(context, defense.id, DOES_NOT_FIT, null);
  return false;
}
