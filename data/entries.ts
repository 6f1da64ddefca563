import "server-only";
import type { z } from "zod";
import { attackResultsThen, defenseResultsThen } from "#data/entries-then.ts";
import { personMoment, readPerson } from "#data/person.ts";
import type { Column, Given, Table } from "#data/table.ts";
import { direction, paging, readQuery, sorting } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

/** Something that a person submitted and that was admitted. */
export interface EntryRow {
  id: string;
  kind: "defense" | "attack";
  name: string;
  challenge: { slug: string; title: string };
  /** Robust accuracy of a defense, success of an attack; null until measured. */
  result: number | null;
  level: string | null;
  withdrawnAt: Date | null;
  receivedAt: Date;
}

const columns: readonly Column<EntryRow>[] = [
  { key: "kind", head: "Kind", about: "defense or attack", value: (row) => row.kind },
  { key: "name", head: "Name", about: "Its name", value: (row) => row.name, sort: "asc" },
  { key: "id", head: "Id", about: "Its id: /defenses/{id} or /attacks/{id}", value: (row) => row.id },
  { key: "challenge", head: "Challenge", about: "Its challenge", value: (row) => row.challenge.slug },
  {
    key: "result",
    head: "Result",
    about: "Robust accuracy of a defense, mean success of an attack",
    value: (row) => row.result,
  },
  { key: "level", head: "Level", about: "Where a defense stands", value: (row) => row.level },
  {
    key: "withdrawn",
    head: "Withdrawn",
    about: "Whether its author withdrew it",
    value: (row) => row.withdrawnAt !== null,
  },
  {
    key: "received",
    head: "Received",
    about: "When its upload was complete",
    value: (row) => row.receivedAt.toISOString(),
    sort: "desc",
  },
];

const shape = (beginning: Date) => ({ ...paging, sort: sorting(columns, "-received"), ...personMoment(beginning) });
export type EntryQuery = z.infer<z.ZodObject<ReturnType<typeof shape>>>;

/** The latest of either kind; daily limits keep real people far below it. */
const MOST = 1000;

/** What a person had submitted by `?at=`, defenses and attacks in one list. Null when there is no such person. */
export async function readEntries(
  viewer: Viewer | null,
  handle: string,
  given: Given,
): Promise<Table<EntryRow, EntryQuery> | null> {
  const person = await readPerson(viewer, handle);
  if (!person) return null;
  const { query, problems } = readQuery(shape(person.createdAt), given);
  const now = [...(await readDefenses(person.id)), ...(await readAttacks(person.id))];
  const all = (query.at === null ? now : await asTheyWere(now, person.id, query.at)).sort(comparison(query.sort));
  const rows = all.slice((query.page - 1) * query.size, query.page * query.size);
  return { name: `entries-${handle}`, columns, rows, total: all.length, query, problems };
}

async function asTheyWere(now: EntryRow[], personId: string, at: Date): Promise<EntryRow[]> {
  const [defense, attack] = await Promise.all([defenseResultsThen(personId, at), attackResultsThen(personId, at)]);
  return now.flatMap((row) => {
    const then = { defense, attack }[row.kind].get(row.id);
    return then
      ? { ...row, ...then, withdrawnAt: row.withdrawnAt && row.withdrawnAt <= at ? row.withdrawnAt : null }
      : [];
  });
}

function comparison(sort: string): (a: EntryRow, b: EntryRow) => number {
  const { key, order } = direction(sort);
  const sign = order === "asc" ? 1 : -1;
  if (key === "name") return (a, b) => sign * a.name.localeCompare(b.name, "en");
  return (a, b) => sign * (a.receivedAt.getTime() - b.receivedAt.getTime());
}

const challenge = { select: { slug: true, title: true } };

async function readDefenses(personId: string): Promise<EntryRow[]> {
  const defenses = await database().defense.findMany({
    where: { personId },
    orderBy: { receivedAt: "desc" },
    take: MOST,
    select: {
      id: true,
      name: true,
      n: true,
      standing: true,
      level: true,
      withdrawnAt: true,
      receivedAt: true,
      challenge,
    },
  });
  return defenses.map(({ n, standing, level, ...defense }) => ({
    ...defense,
    kind: "defense",
    result: n === 0 ? null : standing / n,
    level: n === 0 ? null : level,
  }));
}

async function readAttacks(personId: string): Promise<EntryRow[]> {
  const attacks = await database().attack.findMany({
    where: { personId },
    orderBy: { receivedAt: "desc" },
    take: MOST,
    select: { id: true, name: true, met: true, success: true, withdrawnAt: true, receivedAt: true, challenge },
  });
  return attacks.map(({ met, success, ...attack }) => ({
    ...attack,
    kind: "attack",
    result: met === 0 ? null : success,
    level: null,
  }));
}
