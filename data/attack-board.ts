import "server-only";
import { z } from "zod";
import { type AttackRow, attackColumns } from "#data/attack-columns.ts";
import { countPlaces, type Place, readPlaces } from "#data/attack-places.ts";
import { readChallenge } from "#data/challenges.ts";
import { momentSince } from "#data/moment.ts";
import type { Given, Table } from "#data/table.ts";
import { paging, readQuery, searchText, sorting } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

const view = { view: z.enum(["people", "attacks"]).default("people") };
const shape = (beginning: Date) => ({
  ...paging,
  ...view,
  sort: sorting(attackColumns, "-success"),
  show: z.enum(["all", "submitted", "house"]).default("all"),
  q: searchText,
  at: momentSince(beginning, "the challenge began"),
});
export type AttackQuery = z.infer<z.ZodObject<ReturnType<typeof shape>>>;

/** Which of the two attack boards the parameters ask for. */
export function attackView(given: Given): "people" | "attacks" {
  return readQuery(view, given).query.view;
}

/**
 * The single attacks of a challenge: those submitted, and those that the house runs itself on every defense; as at the end
 * of the day of `?at=`.
 */
export async function readAttacks(
  viewer: Viewer | null,
  slug: string,
  given: Given,
): Promise<Table<AttackRow, AttackQuery> | null> {
  const challenge = await readChallenge(viewer, slug);
  if (!challenge) return null;
  const { query, problems } = readQuery(shape(challenge.createdAt), given);
  const [places, total] = await Promise.all([readPlaces(challenge.id, query), countPlaces(challenge, query)]);
  const ids = (house: boolean) => places.filter((place) => place.house === house).map(({ id }) => id);
  const [submitted, house] = await Promise.all([
    readSubmitted(ids(false), query.at ?? new Date()),
    readHouse(challenge.id, ids(true)),
  ]);
  const rows = places.flatMap((place) => {
    const line = (place.house ? house : submitted).get(place.id);
    return line ? { ...line, ...doneBy(place, line.queries) } : [];
  });
  return { name: `${slug}-attacks`, columns: attackColumns, rows, total, query, problems };
}

const doneBy = ({ success, met, attacked, queries }: Place, stated: number | null) => ({
  ...{ success, met },
  queries: attacked === null ? stated : attacked === 0n ? null : Math.round(Number(queries) / Number(attacked)),
});

/** What of a line does not change by what the attack does. */
type Line = Omit<AttackRow, "success" | "met">;
const person = { select: { handle: true, name: true } };

/** Lines of submitted attacks, by their ids; whether they had been withdrawn by `at`. */
async function readSubmitted(ids: string[], at: Date): Promise<Map<string, Line>> {
  const attacks = await database().attack.findMany({
    where: { id: { in: ids } },
    select: {
      ...{ id: true, name: true, origin: true, rows: true, submittedRows: true },
      ...{ queries: true, withdrawnAt: true, receivedAt: true, person },
    },
  });
  const lines = attacks.map(
    ({ person, origin, withdrawnAt, queries, ...attack }): Line => ({
      ...attack,
      ...{ key: attack.id, house: false, author: person, baseline: origin === "baseline" },
      ...{ withdrawn: withdrawnAt !== null && withdrawnAt <= at, queries: queries === null ? null : Number(queries) },
    }),
  );
  return new Map(lines.map((line) => [line.key, line]));
}

/** Lines of the house's own attacks, by their names in stages. They have no file, hence neither id nor rows. */
async function readHouse(challengeId: string, attacks: string[]): Promise<Map<string, Line>> {
  const scores = await database().houseScore.findMany({
    where: { challengeId, attack: { in: attacks } },
    select: { attack: true, name: true, firstAt: true, person },
  });
  const lines = scores.map(
    ({ attack, name, firstAt, person }): Line => ({
      ...{ key: attack, id: null, name, author: person, house: true, baseline: false },
      ...{ rows: null, submittedRows: null, withdrawn: false, receivedAt: firstAt, queries: null },
    }),
  );
  return new Map(lines.map((line) => [line.key, line]));
}
