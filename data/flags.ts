import "server-only";
import { describeFlag, distinctFlags, type FlagId, flagOf } from "#contest/flags.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

/** A red flag, in words and with the numbers that raised it. */
export type RaisedFlag = ReturnType<typeof describeFlag>;

/** The red flags of a defense, each once, as last recorded. Records of other offences (a disqualification) are not among them. */
export async function readFlags(_viewer: Viewer | null, defenseId: string): Promise<RaisedFlag[]> {
  const records = await database().historyRecord.findMany({
    where: { defenseId, kind: "flagged" },
    orderBy: { id: "desc" },
    take: 100,
    select: { detail: true },
  });
  return distinctFlags(records.flatMap(({ detail }) => flagOf(detail) ?? [])).map(describeFlag);
}

export interface FlaggedDefense {
  id: string;
  name: string;
}

/** The defenses that raised each flag last, at most `most` of them for a flag. */
export async function latestFlagged(_viewer: Viewer | null, most = 5): Promise<Map<FlagId, FlaggedDefense[]>> {
  const records = await database().historyRecord.findMany({
    where: { kind: "flagged", defenseId: { not: null } },
    orderBy: { id: "desc" },
    take: 1000,
    select: { detail: true, defense: { select: { id: true, name: true } } },
  });
  const flagged = new Map<FlagId, FlaggedDefense[]>();
  for (const { detail, defense } of records) {
    const flag = flagOf(detail);
    if (!flag) continue;
    const known = flagged.get(flag.id) ?? [];
    if (known.length < most && !known.some(({ id }) => id === defense!.id)) known.push(defense!);
    flagged.set(flag.id, known);
  }
  return flagged;
}
