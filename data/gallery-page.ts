import "server-only";
import { z } from "zod";
import type { Problem } from "#contest/problem.ts";
import { type Example, openGallery, readExamples } from "#data/gallery.ts";
import { DOZEN } from "#data/gallery-rule.ts";
import type { Given } from "#data/table.ts";
import { readQuery } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";

const shape = {
  /** A point to show large. */
  example: z.coerce.number().int().min(0).max(10_000_000).optional(),
  /** A defense whose answers alone are of interest. */
  defense: z.string().max(40).optional(),
  /** Page of the gallery. */
  examples: z.coerce.number().int().min(1).max(1_000_000).default(1),
};

export interface GalleryPage {
  /** Whether the viewer may see every example of the attack, or only some. */
  all: boolean;
  revealsAt: Date | null;
  examples: Example[];
  page: number;
  size: number;
  /** Open examples on all pages. */
  total: number;
  /** The example asked for; "closed" when it exists but may not be seen yet, "missing" when there is none. */
  chosen: Example | "closed" | "missing" | null;
  problems: Problem[];
}

/** A page of an attack's gallery as the viewer may see it. Null when there is no such attack. */
export async function readGalleryPage(
  viewer: Viewer | null,
  attackId: string,
  given: Given,
): Promise<GalleryPage | null> {
  const gallery = await openGallery(viewer, attackId);
  if (!gallery) return null;
  const { query, problems } = readQuery(shape, given);
  const from = (query.examples - 1) * DOZEN;
  const shown = gallery.points.slice(from, from + DOZEN);
  const chosen = query.example !== undefined && gallery.points.includes(query.example) ? [query.example] : [];
  const read = await readExamples(viewer, attackId, gallery, [...shown, ...chosen], query.defense);
  const known = query.example !== undefined && gallery.rows.includes(query.example);
  return {
    all: gallery.all,
    revealsAt: gallery.challenge.revealsAt,
    examples: read.slice(0, shown.length),
    page: query.examples,
    size: DOZEN,
    total: gallery.points.length,
    chosen: query.example === undefined ? null : (read[shown.length] ?? (known ? "closed" : "missing")),
    problems,
  };
}
