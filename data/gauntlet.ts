import "server-only";
import { estimateOf, paceOf } from "#contest/cost.ts";
import {
  type HouseDetail as Detail,
  faultSentence,
  HOUSE_ATTACKS,
  HouseDetail,
  Survey,
  skippedOf,
  stageName,
} from "#contest/gauntlet.ts";
import { Norm } from "#contest/threat-model.ts";
import { type RaisedFlag, readFlags } from "#data/flags.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

/** One stage of the gauntlet on one defense, as it was measured. */
export interface GauntletStage {
  evaluationId: string;
  name: string;
  tier: string;
  attacked: number;
  taken: number;
  standingAfter: number;
  seconds: number;
  at: Date;
  detail: Detail | null;
}

/** What the gauntlet did to a defense, the red flags that it raised, in the order in which it ran, what it found out about the model first, and why it could not run where it could not. */
export async function readGauntlet(
  viewer: Viewer | null,
  defenseId: string,
): Promise<{
  survey: Survey | null;
  fault: string | null;
  skipped: { name: string; why: string }[];
  stages: GauntletStage[];
  flags: RaisedFlag[];
  /** What the full tier will take where it has not run yet: CPU seconds at most; and how many of its parts have ended, of how many. */
  ahead: { seconds: number | null; parts: { ended: number; of: number } } | null;
}> {
  const [defense, rows, flags, shards] = await Promise.all([
    database().defense.findUnique({
      where: { id: defenseId },
      select: { survey: true, gauntletFault: true, tier: true, standing: true, challenge: { select: { norm: true } } },
    }),
    database().evaluation.findMany({
      where: { defenseId, kind: "house" },
      orderBy: { id: "asc" },
      take: 200,
      select: {
        ...{ id: true, subject: true, attacked: true, taken: true, standingAfter: true, seconds: true },
        ...{ createdAt: true, detail: true },
      },
    }),
    readFlags(viewer, defenseId),
    database().gauntletShard.findMany({ where: { defenseId }, select: { endedAt: true } }),
  ]);
  const stages = rows.map(({ id, subject, createdAt, detail, ...row }) => ({
    ...row,
    ...{ evaluationId: String(id), name: stageName(subject), tier: subject.split("/")[0] ?? "", at: createdAt },
    detail: HouseDetail.nullable().catch(null).parse(detail),
  }));
  const survey = Survey.nullable()
    .catch(null)
    .parse(defense?.survey ?? null);
  const norm = defense && Norm.parse(defense.challenge.norm);
  const skipped = norm && survey ? skippedOf(survey, norm) : [];
  const waits = defense?.tier === "quick" && defense.gauntletFault === null && defense.standing > 0;
  const pace = paceOf(
    stages.flatMap(({ tier, seconds, detail }) => (tier === "quick" && detail ? { ...detail, seconds } : [])),
  );
  const estimate =
    waits && survey && pace !== null ? estimateOf("full", survey, norm!, { points: defense.standing, pace }) : null;
  return {
    survey,
    skipped: skipped.map(({ attack, why }) => ({ name: HOUSE_ATTACKS[attack].name, why })),
    fault: defense?.gauntletFault ? faultSentence(defense.gauntletFault) : null,
    stages,
    flags,
    ahead: waits
      ? {
          seconds: estimate?.most ?? null,
          parts: { ended: shards.filter(({ endedAt }) => endedAt !== null).length, of: shards.length },
        }
      : null,
  };
}
