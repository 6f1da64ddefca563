import "server-only";
import { type HouseDetail as Detail, HouseDetail, Survey, stageName } from "#contest/gauntlet.ts";
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

/** What the gauntlet did to a defense, the red flags that it raised, in the order in which it ran, and what it found out about the model first. */
export async function readGauntlet(
  viewer: Viewer | null,
  defenseId: string,
): Promise<{ survey: Survey | null; stages: GauntletStage[]; flags: RaisedFlag[] }> {
  const [defense, rows, flags] = await Promise.all([
    database().defense.findUnique({ where: { id: defenseId }, select: { survey: true } }),
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
  ]);
  const stages = rows.map(({ id, subject, createdAt, detail, ...row }) => ({
    ...row,
    ...{ evaluationId: String(id), name: stageName(subject), tier: subject.split("/")[0] ?? "", at: createdAt },
    detail: HouseDetail.nullable().catch(null).parse(detail),
  }));
  return {
    survey: Survey.nullable()
      .catch(null)
      .parse(defense?.survey ?? null),
    stages,
    flags,
  };
}
