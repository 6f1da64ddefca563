import "server-only";
import { cache } from "react";
import { ChallengeFile } from "#contest/challenge.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

/** When a challenge takes part in time: before `opensAt`, between, after `closesAt`. */
export type Phase = "upcoming" | "open" | "closed";

export function phaseOf({ opensAt, closesAt }: { opensAt: Date; closesAt: Date | null }, now = new Date()): Phase {
  if (now < opensAt) return "upcoming";
  return closesAt !== null && now >= closesAt ? "closed" : "open";
}

/** All challenges with the counts that the evaluator keeps: those running first, then the latest opened. */
export async function listChallenges(_viewer: Viewer | null) {
  const challenges = await database().challenge.findMany({
    orderBy: [{ opensAt: "desc" }, { slug: "asc" }],
    take: 200,
    select: {
      id: true,
      slug: true,
      title: true,
      summary: true,
      config: true,
      n: true,
      grid: true,
      opensAt: true,
      closesAt: true,
      defenses: true,
      ranked: true,
      attacks: true,
      bestStanding: true,
    },
  });
  const order: Phase[] = ["open", "upcoming", "closed"];
  return challenges
    .map(({ config, ...challenge }) => ({
      ...challenge,
      threatModel: ChallengeFile.parse(config).threatModel,
      phase: phaseOf(challenge),
    }))
    .sort((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase));
}
export type ChallengeCard = Awaited<ReturnType<typeof listChallenges>>[number];

/** A challenge by its slug with its rules parsed, or null. Read once for a page, however many parts of it ask. */
export const readChallenge = cache(async (_viewer: Viewer | null, slug: string) => {
  const challenge = await database().challenge.findUnique({
    where: { slug },
    include: { organizer: { select: { handle: true, name: true } } },
  });
  if (!challenge) return null;
  const { config, ...row } = challenge;
  return { ...row, config: ChallengeFile.parse(config), phase: phaseOf(challenge) };
});
export type ChallengeView = NonNullable<Awaited<ReturnType<typeof readChallenge>>>;

/** Rule 15: what changed after the opening, latest first. */
export async function listChanges(_viewer: Viewer | null, challengeId: string) {
  return database().challengeChange.findMany({ where: { challengeId }, orderBy: { at: "desc" }, take: 100 });
}

/** The baseline defenses of a challenge, in the order in which they came. */
export async function listBaselines(_viewer: Viewer | null, challengeId: string) {
  return database().defense.findMany({
    where: { challengeId, origin: "baseline" },
    orderBy: [{ receivedAt: "asc" }, { id: "asc" }],
    take: 50,
    select: { id: true, name: true, n: true, clean: true, standing: true, level: true },
  });
}
