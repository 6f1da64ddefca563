import "server-only";
import { cache } from "react";
import { levelFrom } from "#data/levels.ts";
import { readPerson } from "#data/person.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

/** For how long a badge may be kept without asking again. */
export const BADGE_SECONDS = 300;

/** What a defense's badge tells, or null. */
export const readDefenseBadge = cache(async (_viewer: Viewer | null, id: string) => {
  const defense = await database().defense.findUnique({
    where: { id },
    select: { name: true, n: true, standing: true, level: true, unranked: true, admittedAt: true },
  });
  if (!defense) return null;
  const fall = await database().historyRecord.findFirst({
    where: { defenseId: id, kind: "broken", threshold: defense.level },
    orderBy: [{ at: "asc" }, { id: "asc" }],
    select: { at: true },
  });
  return { ...defense, level: levelFrom(defense.level), fellAt: fall?.at ?? null };
});

/** What a person's badge tells, or null. A fall through several thresholds is one break, and one's own defenses are none. */
export const readPersonBadge = cache(async (viewer: Viewer | null, handle: string) => {
  const person = await readPerson(viewer, handle);
  if (!person) return null;
  const measured = { personId: person.id, withdrawnAt: null, n: { gt: 0 } };
  const [broken, defenses, standing] = await Promise.all([
    database().$queryRaw<[{ breaks: bigint }]>`
      SELECT count(DISTINCT (h."defenseId", h."at")) AS breaks
      FROM "Attack" a JOIN "HistoryRecord" h ON h."attackId" = a."id" JOIN "Defense" d ON d."id" = h."defenseId"
      WHERE a."personId" = ${person.id} AND h."kind" = 'broken' AND d."personId" <> a."personId"`,
    database().defense.count({ where: measured }),
    database().defense.count({ where: { ...measured, level: "standing", memorised: false, disqualified: null } }),
  ]);
  return { name: person.name, breaks: Number(broken[0].breaks), defenses, standing };
});
