import "server-only";
import { z } from "zod";
import { stageName } from "#contest/gauntlet.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

const BreakDetail = z.object({ subject: z.string().optional() }).catch({});

/** What broke a defense: a participant's attack, or one that the house ran, by its name. */
export interface Breaker {
  name: string;
  attack: { id: string; author: { handle: string; name: string } } | null;
}

/**
 * The latest breaks, of one challenge or of all. One fall can cross several thresholds, each a record of its own; the
 * lowest one stands for all of them.
 */
export async function latestBreaks(_viewer: Viewer | null, limit: number, challengeId?: string) {
  const records = await database().historyRecord.findMany({
    where: { kind: "broken", challengeId, defenseId: { not: null } },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    // Three thresholds at most.
    take: limit * 3,
    select: {
      id: true,
      at: true,
      threshold: true,
      standingBefore: true,
      standingAfter: true,
      taken: true,
      detail: true,
      challenge: { select: { slug: true, title: true } },
      defense: {
        select: { id: true, name: true, n: true, receivedAt: true, person: { select: { handle: true, name: true } } },
      },
      attack: { select: { id: true, name: true, person: { select: { handle: true, name: true } } } },
    },
  });
  const seen = new Set<string>();
  return records
    .filter(({ defense, at }) => {
      const fall = `${defense!.id} ${at.toISOString()}`;
      return !seen.has(fall) && seen.add(fall);
    })
    .slice(0, limit)
    .map(({ defense, attack, detail, ...record }) => ({
      ...record,
      defense: defense!,
      breaker: breakerOf(attack, detail),
    }));
}
export type LatestBreak = Awaited<ReturnType<typeof latestBreaks>>[number];

/** Who or what made a record: the attack, or the house attack that the record's detail names. */
export function breakerOf(
  attack: { id: string; name: string; person: { handle: string; name: string } } | null,
  detail: unknown,
): Breaker {
  if (attack !== null) return { name: attack.name, attack: { id: attack.id, author: attack.person } };
  const { subject } = BreakDetail.parse(detail ?? {});
  return { name: subject === undefined ? "the gauntlet" : stageName(subject), attack: null };
}
