import "server-only";
import { cache } from "react";
import { momentSince } from "#data/moment.ts";
import type { Given } from "#data/table.ts";
import { readQuery } from "#data/table-query.ts";
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

/** The parameter `?at=` of a person's page. */
export const personMoment = (beginning: Date) => ({ at: momentSince(beginning, "the person came here") });

/** As which moment a person's page is asked for; null for now. */
export function personAt({ createdAt }: { createdAt: Date }, given: Given): Date | null {
  return readQuery(personMoment(createdAt), given).query.at;
}

/** A person's scores on the attack boards, the latest challenge first; those of the past as at the end of the day of `at`. */
export async function readScores(_viewer: Viewer | null, personId: string, at: Date | null) {
  const scores = await database().attackerScore.findMany({
    where: { personId },
    orderBy: { firstAt: "desc" },
    take: 100,
    include: {
      challenge: { select: { slug: true, title: true } },
      days: { where: { day: { lte: at ?? new Date() } }, orderBy: { day: "desc" }, take: 1 },
    },
  });
  return scores.flatMap(({ challenge, firstAt, days: [then], ...now }) => {
    if (at !== null && !then) return [];
    const { score, firstBreaks, attacks } = at === null ? now : then!;
    return { challenge, firstAt, score, firstBreaks, attacks };
  });
}

/**
 * The defenses that a person's attacks broke most of, each with how much; the credits behind the scores. Null for the
 * past, of which they are not kept.
 */
export async function readCredits(_viewer: Viewer | null, personId: string, at: Date | null) {
  if (at !== null) return null;
  return database().attackerCredit.findMany({
    where: { personId, earned: { gt: 0 } },
    orderBy: [{ earned: "desc" }, { defenseId: "asc" }],
    take: 50,
    include: { defense: { select: { id: true, name: true, n: true, clean: true, level: true } } },
  });
}

/** What a person's page has besides their entries, for its JSON (without credits where it is asked of the past). Fractions in [0,1]; times in UTC. */
export async function personBeside(viewer: Viewer | null, handle: string, given: Given) {
  const person = await readPerson(viewer, handle);
  if (!person) return {};
  const at = personAt(person, given);
  const [scores, credits] = await Promise.all([readScores(viewer, person.id, at), readCredits(viewer, person.id, at)]);
  const { name, affiliation, website, bio, house, createdAt } = person;
  return {
    person: { handle, name, affiliation, website, bio, house, since: createdAt.toISOString() },
    scores: scores.map(({ challenge, score, firstBreaks, attacks, firstAt }) => ({
      ...{ challenge: challenge.slug, score, firstBreaks, attacks, firstAt: firstAt.toISOString() },
    })),
    credits: credits?.map(({ defense, earned, firstBreaks }) => ({
      ...{ defense: defense.id, name: defense.name, earned, firstBreaks, cleanCorrect: defense.clean, n: defense.n },
    })),
  };
}
