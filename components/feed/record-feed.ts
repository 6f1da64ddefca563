import { type AtomFeed, writeAtom } from "#components/feed/atom.ts";
import { type FeedRecord, recordPath, recordSummary, recordTitle } from "#components/feed/record-words.ts";
import { isolated } from "#components/ui/xml-text.ts";

/** What a feed is made of: the record of the site, or of one challenge, defense or person. */
export interface RecordFeed {
  /** Whose; null for the whole site. */
  name: string | null;
  /** The page that it is of, from the site's root: "" for the front page. */
  path: string;
  /** When that came to be: the day goes into the feed's id. */
  since: Date;
  /** The latest first. */
  records: readonly FeedRecord[];
}

/** When a feed last changed. */
export function feedChanged({ since, records }: RecordFeed): Date {
  return records[0]?.at ?? since;
}

/** The feed as Atom, on a site that is reached at `site` (no slash at its end). */
export function recordAtom(site: string, feed: RecordFeed): string {
  const atom: AtomFeed = {
    id: tagOf(site, feed.since, `feed${feed.path}`),
    title: feed.name === null ? "Gauntlet" : `Gauntlet: ${isolated(feed.name)}`,
    self: `${site}${feed.path}/feed.xml`,
    page: `${site}${feed.path || "/"}`,
    updated: feedChanged(feed),
    entries: feed.records.map((record) => ({
      id: tagOf(site, record.at, `record/${record.id}`),
      title: recordTitle(record),
      summary: recordSummary(record),
      link: site + recordPath(record),
      category: record.kind,
      at: record.at,
    })),
  };
  return writeAtom(atom);
}

/** A tag (RFC 4151): the site's name on the day on which the thing came to be, and the thing's own name. */
function tagOf(site: string, at: Date, name: string): string {
  const host = new URL(site).hostname.replaceAll(/[^\w.-]+/g, "-").replaceAll(/^-+|-+$/g, "");
  return `tag:${host},${at.toISOString().slice(0, 10)}:${name}`;
}
