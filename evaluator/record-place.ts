import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { clock } from "#store/database.ts";
import type { PrismaClient } from "#store/generated/client.ts";

interface Place {
  /** Null where it is ranked. */
  unranked: string | null;
  memorised: boolean;
}

/** Gives a defense its place, and writes it down; nothing where somebody else has changed its place meanwhile. */
export async function recordPlace(
  db: PrismaClient,
  challengeId: string,
  { id, unranked, memorised }: Place & { id: string },
  place: Place,
): Promise<void> {
  await db.$transaction(async (tx) => {
    const { count } = await tx.defense.updateMany({ where: { id, unranked, memorised }, data: place });
    if (count === 0 || unranked === place.unranked) return;
    const detail = { unranked: place.unranked };
    await tx.historyRecord.create({
      data: {
        ...{ kind: "ranked", challengeId, defenseId: id, detail },
        ...{ evaluatorVersion: EVALUATOR_VERSION, at: await clock(tx) },
      },
    });
  });
}

/** Writes down who leads, and with how many points, where that is not what was written last. */
export async function recordLeader(
  db: PrismaClient,
  challengeId: string,
  leader: { id: string; standing: number } | null,
): Promise<void> {
  const last = await db.historyRecord.findFirst({
    where: { challengeId, kind: "led" },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    select: { defenseId: true, standingAfter: true },
  });
  const now = { defenseId: leader?.id ?? null, standingAfter: leader?.standing ?? null };
  if ((last?.defenseId ?? null) === now.defenseId && (last?.standingAfter ?? null) === now.standingAfter) return;
  await db.historyRecord.create({
    data: { ...now, kind: "led", challengeId, evaluatorVersion: EVALUATOR_VERSION, at: await clock(db) },
  });
}
