import "server-only";
import { z } from "zod";
import { type AttackRow, attackColumns } from "#data/attack-columns.ts";
import { countPlaces, readPlaces } from "#data/attack-places.ts";
import { readChallenge } from "#data/challenges.ts";
import type { Given, Table } from "#data/table.ts";
import { paging, readQuery, searchText, sorting } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

const view = { view: z.enum(["people", "attacks"]).default("people") };
const shape = {
  ...paging,
  ...view,
  sort: sorting(attackColumns, "-success"),
  show: z.enum(["all", "submitted", "house"]).default("all"),
  q: searchText,
};
export type AttackQuery = z.infer<z.ZodObject<typeof shape>>;

/** Which of the two attack boards the parameters ask for. */
export function attackView(given: Given): "people" | "attacks" {
  return readQuery(view, given).query.view;
}

/** The single attacks of a challenge: those submitted, and those that the house runs itself on every defense. */
export async function readAttacks(
  viewer: Viewer | null,
  slug: string,
  given: Given,
): Promise<Table<AttackRow, AttackQuery> | null> {
  const challenge = await readChallenge(viewer, slug);
  if (!challenge) return null;
  const { query, problems } = readQuery(shape, given);
  const [places, total] = await Promise.all([readPlaces(challenge.id, query), countPlaces(challenge, query)]);
  const ids = (house: boolean) => places.filter((place) => place.house === house).map(({ id }) => id);
  const [submitted, house] = await Promise.all([readSubmitted(ids(false)), readHouse(challenge.id, ids(true))]);
  const rows = places.flatMap((place) => (place.house ? house : submitted).get(place.id) ?? []);
  return { name: `${slug}-attacks`, columns: attackColumns, rows, total, query, problems };
}

const person = { select: { handle: true, name: true } };

/** Lines of submitted attacks, by their ids. */
async function readSubmitted(ids: string[]): Promise<Map<string, AttackRow>> {
  const attacks = await database().attack.findMany({
    where: { id: { in: ids } },
    select: {
      ...{ id: true, name: true, origin: true, success: true, met: true, rows: true, submittedRows: true },
      ...{ queries: true, withdrawnAt: true, receivedAt: true, person },
    },
  });
  const lines = attacks.map(
    ({ person, origin, withdrawnAt, queries, ...attack }): AttackRow => ({
      ...attack,
      ...{ key: attack.id, house: false, author: person, baseline: origin === "baseline" },
      ...{ withdrawn: withdrawnAt !== null, queries: queries === null ? null : Number(queries) },
    }),
  );
  return new Map(lines.map((line) => [line.key, line]));
}

/** Lines of the house's own attacks, by their names in stages. They have no file, hence neither id nor rows. */
async function readHouse(challengeId: string, attacks: string[]): Promise<Map<string, AttackRow>> {
  const scores = await database().houseScore.findMany({
    where: { challengeId, attack: { in: attacks } },
    include: { person },
  });
  const lines = scores.map(
    ({ attack, name, success, met, attacked, queries, firstAt, person }): AttackRow => ({
      ...{ key: attack, id: null, name, author: person, house: true, baseline: false, success, met },
      ...{ rows: null, submittedRows: null, withdrawn: false, receivedAt: firstAt },
      queries: attacked === 0n ? null : Math.round(Number(queries) / Number(attacked)),
    }),
  );
  return new Map(lines.map((line) => [line.key, line]));
}
