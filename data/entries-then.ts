import "server-only";
import { levelOf } from "#contest/standing.ts";
import { thresholdsIn } from "#data/levels.ts";
import { dayOf } from "#data/moment.ts";
import { database } from "#store/database.ts";

/** What an entry's result and level were at a moment. */
export interface ResultThen {
  result: number | null;
  level: string | null;
}

/** Of a person's defenses that had been admitted by `at`, by their ids: the standing that their records then said. */
export async function defenseResultsThen(personId: string, at: Date): Promise<Map<string, ResultThen>> {
  const read = await database().$queryRaw<{ id: string; n: number; standing: number | null; config: unknown }[]>`
    SELECT d."id", d."n", c."config", (
      SELECT h."standingAfter" FROM "HistoryRecord" h
      WHERE h."defenseId" = d."id" AND h."kind" IN ('admitted', 'fell', 'rescored') AND h."at" <= ${at}
      ORDER BY h."at" DESC, h."id" DESC LIMIT 1) AS standing
    FROM "Defense" d JOIN "Challenge" c ON c."id" = d."challengeId" WHERE d."personId" = ${personId} AND d."admittedAt" <= ${at}`;
  return new Map(
    read.map(({ id, n, standing, config }): [string, ResultThen] => {
      const result = n === 0 || standing === null ? null : standing / n;
      return [id, { result, level: result === null ? null : levelOf(result, thresholdsIn(config)) }];
    }),
  );
}

/** Of a person's attacks that had been admitted by `at`, by their ids: their success at the end of that day (UTC). */
export async function attackResultsThen(personId: string, at: Date): Promise<Map<string, ResultThen>> {
  const read = await database().$queryRaw<{ id: string; result: number | null }[]>`
    SELECT a."id", (
      SELECT d."success" FROM "AttackDay" d WHERE d."attackId" = a."id" AND d."day" <= ${dayOf(at)}::date
      ORDER BY d."day" DESC LIMIT 1) AS result
    FROM "Attack" a WHERE a."personId" = ${personId} AND a."admittedAt" <= ${at}`;
  return new Map(read.map(({ id, result }) => [id, { result, level: null }]));
}
