import "server-only";
import { z } from "zod";
import type { Problem } from "#contest/problem.ts";
import { recordsLike, recordsWith } from "#data/search-archive.ts";
import { type Candidate, findExactly, findNearly, MOST, STORED_KINDS } from "#data/search-database.ts";
import { drawHits, type Hit } from "#data/search-hits.ts";
import { nameScore, wordsOf } from "#data/search-words.ts";
import type { Given } from "#data/table.ts";
import { readQuery } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";

export const SEARCH_KINDS = [...STORED_KINDS, "archive"] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

/** The first of each kind that are shown while no kind is asked for. */
const FEW = 5;
/** Where fewer answer exactly, what is spelt alike is shown after them. */
const ENOUGH = 5;

const shape = {
  q: z
    .string()
    // What no keyboard types; PostgreSQL takes no NUL, and the rest would not be seen.
    .transform((text) => text.replaceAll(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu, " ").trim())
    .pipe(z.string().max(200))
    .default(""),
  kind: z.enum(["any", ...SEARCH_KINDS]).default("any"),
  page: z.coerce.number().int().min(1).max(100).default(1),
  size: z.coerce.number().int().min(1).max(100).default(20),
};
export type SearchQuery = z.infer<z.ZodObject<typeof shape>>;

/** What of one kind answers a question. */
export interface SearchGroup {
  kind: SearchKind;
  total: number;
  /** More answer than are looked at. */
  more: boolean;
  /** The first few, or one page where this kind was asked for; none where another was. */
  hits: Hit[];
}

export interface SearchResult {
  query: SearchQuery;
  problems: Problem[];
  /** The question as it was understood; no word where it has none. */
  words: string[];
  groups: SearchGroup[];
}

interface Ranked extends Candidate {
  /** Only spelt alike. */
  similar: boolean;
}

/** What the viewer may see that answers `?q=`: challenges, defenses, attacks, people, and records of the archive. */
export async function search(viewer: Viewer | null, given: Given): Promise<SearchResult> {
  const { query, problems } = readQuery(shape, given);
  const words = wordsOf(query.q);
  if (words.length === 0) return { query, problems, words, groups: [] };
  const found = await rankedOf(viewer, words);
  const groups = SEARCH_KINDS.map(async (kind): Promise<SearchGroup> => {
    const all = found[kind];
    const page = pageOf(all.slice(0, MOST), kind, query);
    return {
      kind,
      total: Math.min(all.length, MOST),
      more: all.length > MOST,
      hits: await drawHits(viewer, kind, page, words),
    };
  });
  return { query, problems, words, groups: await Promise.all(groups) };
}

function pageOf(all: Ranked[], kind: SearchKind, query: SearchQuery): Ranked[] {
  if (query.kind === "any") return all.slice(0, FEW);
  return query.kind === kind ? all.slice((query.page - 1) * query.size, query.page * query.size) : [];
}

async function rankedOf(viewer: Viewer | null, words: string[]): Promise<Record<SearchKind, Ranked[]>> {
  const named = (records: ReturnType<typeof recordsWith>) => records.map(({ id, name }) => ({ id, name }));
  const exact = { ...(await findExactly(viewer, words)), archive: named(recordsWith(words)) };
  const scarce = SEARCH_KINDS.some((kind) => exact[kind].length < ENOUGH);
  const near = scarce ? { ...(await findNearly(viewer, words)), archive: named(recordsLike(words)) } : null;
  const ranked = (kind: SearchKind): Ranked[] => {
    const known = new Set(exact[kind].map(({ id }) => id));
    const similar = exact[kind].length < ENOUGH ? (near?.[kind] ?? []).filter(({ id }) => !known.has(id)) : [];
    return [...inOrder(words, exact[kind], false), ...inOrder(words, similar, true)];
  };
  return Object.fromEntries(SEARCH_KINDS.map((kind) => [kind, ranked(kind)])) as Record<SearchKind, Ranked[]>;
}

const byName = new Intl.Collator("en");

function inOrder(words: string[], candidates: Candidate[], similar: boolean): Ranked[] {
  return candidates
    .map((candidate) => ({ ...candidate, similar, score: nameScore(words, candidate.name) }))
    .sort((a, b) => b.score - a.score || byName.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
}
