import "server-only";
import { cache } from "react";
import { compareDefenses, type RankedEntry } from "#contest/ranking.ts";
import { database } from "#store/database.ts";

/** A defense as it was at a moment: what its record then said, and what never changes. */
export interface DefenseThen extends RankedEntry {
  id: string;
  name: string;
  person: { handle: string; name: string };
  claim: number;
  n: number;
  holdoutN: number;
  holdoutRight: number;
  tier: "none" | "quick" | "full";
  /** Null where it was ranked. */
  unranked: string | null;
}

type Read = Omit<DefenseThen, "person" | "unranked"> & { handle: string; author: string; place: string };

/**
 * The defenses of a challenge that had been admitted by `at`, the ranked first, each group by merit. Of each defense the
 * latest rows of its record are looked up by index; no evaluation is read.
 */
export function defensesThen(challengeId: string, at: Date): Promise<DefenseThen[]> {
  return readThen(challengeId, at.getTime());
}

/** Once a page, however many parts of it ask. */
const readThen = cache(async (challengeId: string, time: number): Promise<DefenseThen[]> => {
  const at = new Date(time);
  const read = await database().$queryRaw<Read[]>`
    SELECT d."id", d."name", p."handle", p."name" AS author, d."claim", d."n", d."clean", d."holdoutN", d."holdoutRight", d."receivedAt",
      (SELECT h."standingAfter" FROM "HistoryRecord" h
       WHERE h."defenseId" = d."id" AND h."kind" IN ('admitted', 'fell', 'rescored') AND h."at" <= ${at}
       ORDER BY h."at" DESC, h."id" DESC LIMIT 1) AS standing,
      coalesce((SELECT coalesce(h."detail"->>'unranked', 'ranked') FROM "HistoryRecord" h
       WHERE h."defenseId" = d."id" AND h."kind" = 'ranked' AND h."at" <= ${at}
       ORDER BY h."at" DESC, h."id" DESC LIMIT 1), 'tier') AS place,
      coalesce((SELECT h."detail"->>'tier' FROM "HistoryRecord" h
       WHERE h."defenseId" = d."id" AND h."kind" = 'gauntlet' AND h."at" <= ${at}
       ORDER BY h."at" DESC, h."id" DESC LIMIT 1), 'none') AS tier
    FROM "Defense" d JOIN "Person" p ON p."id" = d."personId"
    WHERE d."challengeId" = ${challengeId} AND d."admittedAt" <= ${at}`;
  return read
    .map(({ handle, author, place, ...row }) => {
      return { ...row, person: { handle, name: author }, unranked: place === "ranked" ? null : place };
    })
    .sort((a, b) => {
      const [first, second] = [Number(a.unranked !== null), Number(b.unranked !== null)];
      return first - second || compareDefenses(a, b) || (a.id < b.id ? -1 : 1);
    });
});

/** How many participants' attacks each of these defenses had met by `at`. */
export async function facedThen(defenseIds: string[], at: Date): Promise<Map<string, number>> {
  const counts = await database().evaluation.groupBy({
    by: ["defenseId"],
    where: { defenseId: { in: defenseIds }, kind: "attack", createdAt: { lte: at } },
    _count: true,
  });
  return new Map(counts.map(({ defenseId, _count }) => [defenseId, _count]));
}
