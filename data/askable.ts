import "server-only";
import { ChallengeFile } from "#contest/challenge.ts";
import type { QueryAccess } from "#contest/query.ts";
import { database } from "#store/database.ts";

/** A defense that may be asked, and what its inputs are. */
export interface Askable {
  id: string;
  challengeId: string;
  access: QueryAccess;
  shape: number[];
  range: [number, number];
  grid: number | null;
  classes: number;
}

export interface KnownDefense extends Askable {
  opensAt: Date;
  closesAt: Date | null;
  disqualified: boolean;
}

/** How long a defense's facts are believed, ms: a program asks the same one thousands of times. */
const KNOWN_MS = 2_000;
const MOST_KNOWN = 10_000;
const known = new Map<string, { at: number; defense: Promise<KnownDefense | null> }>();

/** What is known of a defense that can be asked; null where there is none of that id, or its challenge allows no queries. */
export async function readAskable(id: string): Promise<KnownDefense | null> {
  const found = known.get(id);
  if (found && Date.now() - found.at < KNOWN_MS) return found.defense;
  if (known.size >= MOST_KNOWN) known.clear();
  const defense = read(id);
  known.set(id, { at: Date.now(), defense });
  defense.catch(() => known.delete(id));
  return defense;
}

async function read(id: string): Promise<KnownDefense | null> {
  const row = await database().defense.findUnique({
    where: { id },
    select: {
      disqualified: true,
      challenge: { select: { id: true, config: true, opensAt: true, closesAt: true } },
    },
  });
  if (!row) return null;
  const { challenge, disqualified } = row;
  const { queries, data } = ChallengeFile.parse(challenge.config);
  if (!queries) return null;
  const { shape, range, grid, classes } = data;
  return {
    ...{ id, challengeId: challenge.id, access: queries, shape, range, grid, classes: classes.length },
    ...{ opensAt: challenge.opensAt, closesAt: challenge.closesAt, disqualified: disqualified !== null },
  };
}
