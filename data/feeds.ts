import "server-only";
import { flaggedWords } from "#contest/flags.ts";
import { breakerOf } from "#data/breaks.ts";
import { readPerson } from "#data/person.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";
import { Prisma, type RecordKind } from "#store/generated/client.ts";

/** Records that a feed has at most. */
export const FEED_LENGTH = 50;
/** For how long a feed may be kept without asking again. */
export const FEED_SECONDS = 60;
/** A fall is up to five rows of the record, of which a feed tells the lowest threshold and the refuted claim. */
const ROWS = 4 * FEED_LENGTH;
/** Entries of a person that a feed follows, the latest. */
const MOST_ENTRIES = 1000;

const OF_ALL: RecordKind[] = ["admitted", "broken", "claim_refuted", "led", "withdrawn", "rescored", "intervention"];
const OF_ONE: RecordKind[] = [...OF_ALL, "claimed", "fell", "faced", "gauntlet", "flagged", "ranked", "chosen"];

const author = { select: { handle: true, name: true } };
const select = {
  ...{ id: true, kind: true, at: true, threshold: true, standingBefore: true, standingAfter: true },
  ...{ taken: true, detail: true },
  challenge: { select: { slug: true, title: true } },
  defense: { select: { id: true, name: true, n: true, claim: true, person: author } },
  attack: { select: { id: true, name: true, person: author } },
} satisfies Prisma.HistoryRecordSelect;
type Read = Prisma.HistoryRecordGetPayload<{ select: typeof select }>;

/** What happened on the whole site, the latest first. */
export async function readSiteFeed(_viewer: Viewer | null) {
  const first = await database().challenge.findFirst({ orderBy: { createdAt: "asc" }, select: { createdAt: true } });
  const records = await recordsOf(await latestOfKinds(Prisma.sql`true`));
  return { name: null, path: "", since: first?.createdAt ?? new Date(0), records };
}

/** What happened in a challenge. Null when there is no such challenge. */
export async function readChallengeFeed(_viewer: Viewer | null, slug: string) {
  const select = { id: true, title: true, createdAt: true };
  const challenge = await database().challenge.findUnique({ where: { slug }, select });
  if (!challenge) return null;
  const records = await recordsOf(await latestOfKinds(Prisma.sql`h."challengeId" = ${challenge.id}`));
  return { name: challenge.title, path: `/challenges/${slug}`, since: challenge.createdAt, records };
}

/** Everything that was recorded of a defense. Null when there is no such defense. */
export async function readDefenseFeed(_viewer: Viewer | null, id: string) {
  const defense = await database().defense.findUnique({ where: { id }, select: { name: true, receivedAt: true } });
  if (!defense) return null;
  const records = await recordsOf(await latestOf({ defenseId: id, kind: { in: OF_ONE } }));
  return { name: defense.name, path: `/defenses/${id}`, since: defense.receivedAt, records };
}

/** What became of a person's defenses, and what their attacks broke. Null when there is no such person. */
export async function readPersonFeed(viewer: Viewer | null, handle: string) {
  const person = await readPerson(viewer, handle);
  if (!person) return null;
  const theirs = { where: { personId: person.id }, take: MOST_ENTRIES, select: { id: true } } as const;
  const [defenses, attacks] = await Promise.all([
    database().defense.findMany({ ...theirs, orderBy: { receivedAt: "desc" } }),
    database().attack.findMany({ ...theirs, orderBy: { receivedAt: "desc" } }),
  ]);
  const [ofDefenses, ofAttacks] = await Promise.all([
    latestOf({ defenseId: { in: defenses.map(({ id }) => id) }, kind: { in: OF_ALL } }),
    latestOf({ attackId: { in: attacks.map(({ id }) => id) }, kind: { in: ["broken", "withdrawn"] } }),
  ]);
  const both = [...ofDefenses, ...ofAttacks];
  const records = await recordsOf(both.sort((a, b) => b.at.getTime() - a.at.getTime() || Number(b.id - a.id)));
  return { name: person.name, path: `/people/${handle}`, since: person.createdAt, records };
}

/** As much of a row as decides whether a feed tells it. */
const brief = { id: true, kind: true, defenseId: true, at: true } as const;
type Brief = Prisma.HistoryRecordGetPayload<{ select: typeof brief }>;

/** The latest rows of the kinds that concern all, each kind from its own end of an index. */
async function latestOfKinds(condition: Prisma.Sql): Promise<Brief[]> {
  return database().$queryRaw<Brief[]>`
    SELECT r.* FROM unnest(${OF_ALL}::text[]) AS k("kind") CROSS JOIN LATERAL (
      SELECT h."id", h."kind", h."defenseId", h."at"
      FROM "HistoryRecord" h WHERE h."kind" = k."kind"::"RecordKind" AND ${condition}
      ORDER BY h."at" DESC, h."id" DESC LIMIT ${ROWS}) r
    ORDER BY r."at" DESC, r."id" DESC LIMIT ${ROWS}`;
}

const latestFirst = [{ at: "desc" }, { id: "desc" }] satisfies Prisma.HistoryRecordOrderByWithRelationInput[];

async function latestOf(where: Prisma.HistoryRecordWhereInput): Promise<Brief[]> {
  return database().historyRecord.findMany({ where, orderBy: latestFirst, take: ROWS, select: brief });
}

async function recordsOf(rows: Brief[]) {
  const ids = toldOnce(rows).slice(0, FEED_LENGTH);
  const where = { id: { in: ids.map(({ id }) => id) } };
  return (await database().historyRecord.findMany({ where, orderBy: latestFirst, select })).map(told);
}

/** One fall can be a loss of points and a break of several thresholds: the lowest of them, the latest row, tells it. */
function toldOnce(rows: Brief[]): Brief[] {
  const seen = new Set<bigint | string>();
  const thingOf = ({ id, kind, defenseId, at }: Brief) =>
    kind === "broken" || kind === "fell" ? `${defenseId} ${at.getTime()}` : id;
  return rows.filter((row) => !seen.has(thingOf(row)) && seen.add(thingOf(row)));
}

function told({ id, kind, at, threshold, standingBefore, standingAfter, taken, detail, challenge, ...of }: Read) {
  const { defense, attack } = of;
  return {
    ...{ id: String(id), kind, at, threshold, standingBefore, standingAfter, taken, detail, challenge },
    flagged: kind === "flagged" ? flaggedWords(detail) : null,
    defense: defense && {
      ...{ id: defense.id, name: defense.name, n: defense.n, claim: defense.claim, author: defense.person },
    },
    attack: attack && { id: attack.id, name: attack.name, author: attack.person },
    by: breakerOf(attack, detail).name,
  };
}
