import { stageName } from "#contest/gauntlet.ts";
import { wilson } from "#contest/interval.ts";
import { breaksOf, levelOf } from "#contest/standing.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { clock } from "#store/database.ts";
import type { Attack, Defense, Prisma } from "#store/generated/client.ts";

/** What took points of a defense: a participant's attack, or a stage of the gauntlet by its id; and its evaluation. */
export interface Taker {
  attack: Pick<Attack, "id" | "name"> | null;
  subject: string;
  evaluation: bigint;
}

/**
 * Writes down a new standing of a defense, under its lock: level, claim, the fall and its breaks, and a notice to its
 * author of the lowest threshold that was crossed.
 */
export async function fall(
  tx: Prisma.TransactionClient,
  challenge: LoadedChallenge,
  defense: Defense,
  { attack, subject, evaluation }: Taker,
  { after, standingAfter, taken }: { after: Uint8Array<ArrayBuffer>; standingAfter: number; taken: number },
): Promise<void> {
  const { thresholds } = challenge.file;
  const n = defense.n;
  // The record is replayed in the order of its times, and the database's clock can be set back.
  const at = (await clock(tx)).getTime();
  const now = new Date(Math.max(at, defense.lastFellAt?.getTime() ?? 0, defense.admittedAt.getTime()));
  const refuted = defense.claimRefutedAt === null && wilson(standingAfter, n)[1] < defense.claim;
  await tx.defense.update({
    where: { id: defense.id },
    data: {
      standingBits: after,
      standing: standingAfter,
      level: levelOf(standingAfter / n, thresholds),
      ...(taken > 0 && { lastFellAt: now }),
      ...(refuted && { claimRefutedAt: now }),
    },
  });
  const breaks = breaksOf(defense.standing, standingAfter, n, thresholds);
  const row = {
    challengeId: challenge.row.id,
    defenseId: defense.id,
    attackId: attack?.id ?? null,
    detail: { evaluation: String(evaluation), ...(attack === null && { subject }) },
    standingBefore: defense.standing,
    standingAfter,
    taken,
    evaluatorVersion: EVALUATOR_VERSION,
    at: now,
  };
  await tx.historyRecord.createMany({
    data: [
      ...(taken > 0 ? [{ ...row, kind: "fell" as const }] : []),
      ...breaks.map((threshold) => ({ ...row, kind: "broken" as const, threshold })),
      ...(refuted ? [{ ...row, kind: "claim_refuted" as const }] : []),
    ],
  });
  if (breaks.length > 0)
    await tx.notice.create({
      data: {
        personId: defense.personId,
        kind: "broken",
        text: `${defense.name} is ${breaks.at(-1)}: ${attack?.name ?? `${stageName(subject)}, of the gauntlet,`} took ${taken} of its points.`,
        href: `/defenses/${defense.id}`,
      },
    });
}
