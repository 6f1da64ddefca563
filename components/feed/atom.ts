import { xmlText } from "#components/ui/xml-text.ts";

/** A feed as RFC 4287 has it; links are whole addresses. */
export interface AtomFeed {
  /** Never changes. */
  id: string;
  title: string;
  /** Where the feed itself is, and the page that it is of. */
  self: string;
  page: string;
  updated: Date;
  entries: readonly AtomEntry[];
}

export interface AtomEntry {
  /** Never changes. */
  id: string;
  title: string;
  summary: string;
  link: string;
  category: string;
  at: Date;
}

export const ATOM_TYPE = "application/atom+xml; charset=utf-8";

/** Writes a feed as Atom (RFC 4287). */
export function writeAtom({ id, title, self, page, updated, entries }: AtomFeed): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
    element("id", id),
    element("title", title),
    element("updated", updated.toISOString()),
    `<link rel="self" type="application/atom+xml" href="${xmlText(self)}"/>`,
    `<link rel="alternate" type="text/html" href="${xmlText(page)}"/>`,
    `<author>${element("name", "Gauntlet")}</author>`,
    ...entries.map(writeEntry),
    "</feed>\n",
  ].join("\n");
}

function writeEntry({ id, title, summary, link, category, at }: AtomEntry): string {
  return [
    "<entry>",
    element("id", id),
    element("title", title),
    // Records never change, so that both times are the record's.
    element("published", at.toISOString()),
    element("updated", at.toISOString()),
    `<link rel="alternate" type="text/html" href="${xmlText(link)}"/>`,
    `<category term="${xmlText(category)}"/>`,
    `<summary type="text">${xmlText(summary)}</summary>`,
    "</entry>",
  ].join("\n");
}

function element(name: string, text: string): string {
  return `<${name}>${xmlText(text)}</${name}>`;
}
