import "server-only";
import { papers } from "#archive/papers.ts";
import { allRecords } from "#data/archive.ts";
import { listChallenges } from "#data/challenges.ts";
import { readLessons } from "#data/lessons.ts";
import { siteAddress } from "#data/site.ts";
import type { Viewer } from "#data/viewer.ts";

/**
 * Where search engines begin: every challenge with its boards, which lead on to defenses, attacks and people, and the
 * whole archive. Whole addresses.
 */
export async function publicAddresses(viewer: Viewer | null): Promise<string[]> {
  const challenges = (await listChallenges(viewer)).flatMap(({ slug }) =>
    ["", "/defenses", "/attacks", "/matrix"].map((part) => `/challenges/${slug}${part}`),
  );
  const paths = [
    ...["", "/challenges", "/flags", "/lessons", "/archive", "/archive/results", "/archive/figures", "/archive/papers"],
    ...challenges,
    ...readLessons(viewer).lessons.map(({ slug }) => `/lessons/${slug}`),
    ...allRecords(viewer).map(({ id }) => `/archive/${id}`),
    ...papers.map(({ id }) => `/archive/papers/${id}`),
  ];
  return paths.map((path) => siteAddress() + path);
}
