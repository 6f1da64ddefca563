import "server-only";
import { isNear, placedWords, swaps } from "#data/search-words.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";
import { Prisma } from "#store/generated/client.ts";

/**
 * Who answers a question, by the indexes of the migration `search`: ids and names, unordered. Ordering and drawing are
 * done from the few that are found.
 */

export const STORED_KINDS = ["challenges", "defenses", "attacks", "people"] as const;
export type StoredKind = (typeof STORED_KINDS)[number];

/** Of each kind no more are looked at: whoever asks for something that everything has must ask for more. */
export const MOST = 1000;

/** What an entry's name must share with mistyped words to be looked at: what one slip leaves of the shortest. `isNear` then decides. */
function leastSimilar(words: readonly string[]): number {
  const shortest = Math.min(...longer(words).map((word) => word.length));
  return shortest < 6 ? 0.3 : shortest < 7 ? 0.38 : 0.42;
}

export interface Candidate {
  id: string;
  name: string;
}

/** Where a kind is searched: its rows that the viewer may see as `e`, and what the indexes are over. */
interface Place {
  from: Prisma.Sql;
  visible: Prisma.Sql;
  /** Column with the folded name that begins so; its words; its trigrams: each exactly as the index has it. */
  prefix: Prisma.Sql;
  words: Prisma.Sql;
  name: Prisma.Sql;
  shown: Prisma.Sql;
}

function placeOf(kind: StoredKind, viewer: Viewer | null): Place {
  if (kind === "challenges") {
    const text = Prisma.sql`search_fold(e."title" || ' ' || e."slug" || ' ' || e."summary")`;
    return {
      from: Prisma.sql`"Challenge" e`,
      visible: Prisma.sql`true`,
      prefix: Prisma.sql`search_fold(e."title")`,
      words: Prisma.sql`to_tsvector('english', ${text})`,
      name: Prisma.sql`search_fold(e."title" || ' ' || e."slug")`,
      shown: Prisma.sql`e."title"`,
    };
  }
  if (kind === "people")
    return {
      from: Prisma.sql`"Person" e`,
      visible: Prisma.sql`true`,
      prefix: Prisma.sql`search_fold(e."name")`,
      words: Prisma.sql`to_tsvector('english', search_fold(e."name" || ' ' || e."handle"
        || CASE WHEN e."suspendedAt" IS NULL THEN ' ' || e."affiliation" || ' ' || e."bio" ELSE '' END))`,
      name: Prisma.sql`search_fold(e."name" || ' ' || e."handle")`,
      shown: Prisma.sql`e."name" || ' ' || e."handle"`,
    };
  const [one, table] = kind === "defenses" ? ["defense", Prisma.sql`"Defense"`] : ["attack", Prisma.sql`"Attack"`];
  return {
    from: Prisma.sql`"Submission" e`,
    // The kind as a text, lest an index that knows kinds be preferred to those of search.
    // As a submission's own page has it: everybody's once it is scored, a baseline, the author's and the organizer's;
    // these have a page of their own once they are admitted.
    visible: Prisma.sql`e."kind"::text = ${one} AND (e."state" = 'scored'
      OR (e."origin" = 'baseline' OR ${ownOrOrganized(viewer)}) AND EXISTS (SELECT FROM ${table} a WHERE a."id" = e."id"))`,
    prefix: Prisma.sql`search_fold(e."name")`,
    words: Prisma.sql`to_tsvector('english', search_fold(e."name" || ' ' || coalesce(e."form"->>'description', '')))`,
    name: Prisma.sql`search_fold(e."name")`,
    shown: Prisma.sql`e."name"`,
  };
}

function ownOrOrganized(viewer: Viewer | null): Prisma.Sql {
  if (viewer === null) return Prisma.sql`false`;
  if (viewer.role === "admin") return Prisma.sql`true`;
  const own = Prisma.sql`e."personId" = ${viewer.id}`;
  if (viewer.role !== "organizer") return own;
  return Prisma.sql`${own} OR EXISTS (SELECT FROM "Challenge" c WHERE c."id" = e."challengeId" AND c."organizerId" = ${viewer.id})`;
}

/** What has every word, or a word that begins so, in its name or its description, and what is called so from the beginning. */
export function exactQuestion(kind: StoredKind, viewer: Viewer | null, words: readonly string[]): Prisma.Sql {
  const { from, visible, prefix, words: has, shown } = placeOf(kind, viewer);
  const begins = words.join(" ");
  const asked = words.map((word) => `${quoted(word)}:*`).join(" & ");
  return Prisma.sql`
    (SELECT e."id", ${shown} AS name FROM ${from}
     WHERE ${prefix} ~>=~ ${begins} AND ${prefix} ~<~ ${`${begins}\u{10ffff}`} AND ${visible} LIMIT 100)
    UNION
    (SELECT e."id", ${shown} AS name FROM ${from} WHERE ${has} @@ to_tsquery('english', ${asked}) AND ${visible} LIMIT ${MOST + 1})`;
}

/** Shorter words are not looked for nearly: everything is like them. */
const longer = (words: readonly string[]) => words.filter((word) => word.length >= 4);

/** What has, for every longer word, one in its name that may be like it, or one that is it with two letters swapped. */
export function nearQuestion(kind: StoredKind, viewer: Viewer | null, words: readonly string[]): Prisma.Sql {
  const { from, visible, words: has, name, shown } = placeOf(kind, viewer);
  const each = longer(words).map((word) => {
    const spelt = [`${quoted(word)}:*`, ...swaps(word).map(quoted)].join(" | ");
    return Prisma.sql`(${word} <<% ${name} OR ${has} @@ to_tsquery('english', ${spelt}))`;
  });
  return Prisma.sql`SELECT e."id", ${shown} AS name FROM ${from} WHERE ${Prisma.join(each, " AND ")} AND ${visible} LIMIT ${MOST + 1}`;
}

export async function findExactly(viewer: Viewer | null, words: readonly string[]) {
  return candidates(words, (kind) => exactQuestion(kind, viewer, words));
}

/** Of what nearQuestion brings, what is no more than a slip of the pen away. */
export async function findNearly(viewer: Viewer | null, words: readonly string[]) {
  const asked = longer(words);
  if (asked.length === 0) return { challenges: [], defenses: [], attacks: [], people: [] };
  const found = await candidates(asked, (kind) => nearQuestion(kind, viewer, asked));
  const near = ({ name }: Candidate) => {
    const own = [...placedWords(name)].map(({ word }) => word);
    return asked.every((word) => own.some((other) => other.startsWith(word) || isNear(word, other)));
  };
  for (const kind of STORED_KINDS) found[kind] = found[kind].filter(near);
  return found;
}

/**
 * What the questions are asked under. On few rows the planner would rather read all of them, by whatever index, and fold
 * each; compiling a query, or sharing it among processes, takes longer than it does.
 */
export const settings = (words: readonly string[]) => Prisma.sql`
  SELECT set_config(name, value, true) FROM (VALUES ('enable_seqscan', 'off'), ('enable_indexscan', 'off'), ('jit', 'off'),
    ('max_parallel_workers_per_gather', '0'), ('statement_timeout', '3000'),
    ('pg_trgm.strict_word_similarity_threshold', ${String(leastSimilar(words))})) settings (name, value)`;

/** Words are letters, marks and digits alone; between quotes none of them is an operator. */
const quoted = (word: string) => `'${word}'`;

async function candidates(
  words: readonly string[],
  ask: (kind: StoredKind) => Prisma.Sql,
): Promise<Record<StoredKind, Candidate[]>> {
  const [, ...found] = await database().$transaction([
    database().$queryRaw`${settings(words)}`,
    ...STORED_KINDS.map((kind) => database().$queryRaw<Candidate[]>`${ask(kind)}`),
  ]);
  return Object.fromEntries(STORED_KINDS.map((kind, i) => [kind, found[i]])) as Record<StoredKind, Candidate[]>;
}
