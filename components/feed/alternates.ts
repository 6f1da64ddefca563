import type { Metadata } from "next";

/**
 * Tells feed readers where a page's feed is: its own, `path`/feed.xml, where it has one, and the site's, since a page's
 * alternates take the place of those of the pages above it.
 */
export function feedAlternates(path?: string, name?: string): NonNullable<Metadata["alternates"]> {
  const own = path === undefined ? [] : [{ url: `${path}/feed.xml`, title: `${name}: what happens to it` }];
  return { types: { "application/atom+xml": [...own, { url: "/feed.xml", title: "Gauntlet: what happens" }] } };
}
