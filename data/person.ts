import "server-only";
import { cache } from "react";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

/** What everybody may know of a person, or null. Of suspended people their own words are left out. */
export const readPerson = cache(async (_viewer: Viewer | null, handle: string) => {
  const person = await database().person.findUnique({
    where: { handle },
    select: {
      id: true,
      handle: true,
      name: true,
      affiliation: true,
      website: true,
      bio: true,
      house: true,
      suspendedAt: true,
      createdAt: true,
    },
  });
  if (person?.suspendedAt) return { ...person, affiliation: "", website: "", bio: "" };
  return person;
});

/** A person's places on the attack boards, the latest challenge first. */
export async function readScores(_viewer: Viewer | null, personId: string) {
  return database().attackerScore.findMany({
    where: { personId },
    orderBy: { firstAt: "desc" },
    take: 100,
    include: { challenge: { select: { slug: true, title: true } } },
  });
}

/** The defenses that a person's attacks broke most of, each with how much; the credits behind the scores. */
export async function readCredits(_viewer: Viewer | null, personId: string) {
  return database().attackerCredit.findMany({
    where: { personId, earned: { gt: 0 } },
    orderBy: [{ earned: "desc" }, { defenseId: "asc" }],
    take: 50,
    include: { defense: { select: { id: true, name: true, n: true, clean: true, level: true } } },
  });
}

/** What a person's page has besides their entries, for its JSON. Fractions in [0,1]; times in UTC. */
export async function personBeside(viewer: Viewer | null, handle: string) {
  const person = await readPerson(viewer, handle);
  if (!person) return {};
  const [scores, credits] = await Promise.all([readScores(viewer, person.id), readCredits(viewer, person.id)]);
  const { name, affiliation, website, bio, house, createdAt } = person;
  return {
    person: { handle, name, affiliation, website, bio, house, since: createdAt.toISOString() },
    scores: scores.map(({ challenge, score, firstBreaks, attacks, firstAt }) => ({
      ...{ challenge: challenge.slug, score, firstBreaks, attacks, firstAt: firstAt.toISOString() },
    })),
    credits: credits.map(({ defense, earned, firstBreaks }) => ({
      ...{ defense: defense.id, name: defense.name, earned, firstBreaks, cleanCorrect: defense.clean, n: defense.n },
    })),
  };
}
