import "server-only";
import { ChallengeFile } from "#contest/challenge.ts";
import { faultSentence } from "#contest/gauntlet.ts";
import { wilson } from "#contest/interval.ts";
import { UNRANKED, type UnrankedReason } from "#contest/ranking.ts";
import { readBeyond } from "#data/beyond.ts";
import { wholePercents } from "#data/defense-board.ts";
import { readFlags } from "#data/flags.ts";
import { modelIsOpen } from "#data/models.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

/** A defense as the API tells of it; fractions in [0,1], null until measured. Null when there is none. */
export async function readDefenseBody(viewer: Viewer | null, id: string) {
  const row = await database().defense.findUnique({
    where: { id },
    include: { challenge: true, person: { select: { handle: true } }, submission: { select: { form: true } } },
  });
  if (!row) return null;
  const { n, clean, standing, unranked } = row;
  const flags = await readFlags(viewer, id);
  const { licence } = row.submission.form as { licence?: string };
  return {
    ...{ id, name: row.name, challenge: row.challenge.slug, author: row.person.handle, claim: row.claim, n },
    cleanAccuracy: n > 0 ? clean / n : null,
    robustAccuracy: n > 0 ? standing / n : null,
    interval: n > 0 ? wilson(standing, n) : null,
    cleanBits: row.cleanBits && Buffer.from(row.cleanBits).toString("base64"),
    standingBits: row.standingBits && Buffer.from(row.standingBits).toString("base64"),
    holdoutAccuracy: wholePercents(row.holdoutRight, row.holdoutN),
    ...{ level: row.level, tier: row.tier, faced: row.faced, randomised: row.randomised },
    ranked: unranked === null,
    unrankedBecause: unranked === null ? null : (UNRANKED[unranked as UnrankedReason] ?? unranked),
    gauntletFault: row.gauntletFault === null ? null : faultSentence(row.gauntletFault),
    licence: licence ?? null,
    modelSha256: row.modelSha,
    modelOpen: modelIsOpen(viewer, row),
    queries: ChallengeFile.parse(row.challenge.config).queries && `/api/v1/defenses/${id}/queries`,
    facts: row.facts as Record<string, unknown>,
    flags: flags.map(({ id, title, level, sentence, evidence, check }) => {
      return { id, title, level, sentence, evidence, check, page: `/flags#${id}` };
    }),
    beyond: await readBeyond(viewer, id),
    receivedAt: row.receivedAt.toISOString(),
    withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
  };
}

/** The record of a defense, oldest first, at most 2,000 entries. Null when there is no such defense. */
export async function historyOf(_viewer: Viewer | null, id: string) {
  const defense = await database().defense.findUnique({ where: { id }, select: { n: true } });
  if (!defense) return null;
  const records = await database().historyRecord.findMany({
    where: { defenseId: id },
    orderBy: [{ at: "asc" }, { id: "asc" }],
    take: 2000,
    include: { attack: { select: { id: true, name: true } } },
  });
  const fraction = (standing: number | null) => (standing === null || defense.n === 0 ? null : standing / defense.n);
  return records.map(({ kind, at, attack, threshold, standingBefore, standingAfter, taken, evaluatorVersion }) => ({
    ...{ kind, at: at.toISOString(), attack, threshold, taken, evaluatorVersion },
    robustBefore: fraction(standingBefore),
    robustAfter: fraction(standingAfter),
  }));
}
