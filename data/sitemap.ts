import "server-only";
import { papers } from "#archive/papers.ts";
import { allRecords } from "#data/archive.ts";
import { listChallenges } from "#data/challenges.ts";
import { readLessons } from "#data/lessons.ts";
import { siteAddress } from "#data/site.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

/** Of each kind of entry, the latest; a sitemap may have 50,000 addresses (sitemaps.org). */
const MOST = 10_000;

/**
 * Where search engines begin: every challenge with its boards, the latest defenses with their histories, attacks and
 * breaks, and the whole archive. Whole addresses.
 */
export async function publicAddresses(viewer: Viewer | null): Promise<string[]> {
  const challenges = (await listChallenges(viewer)).flatMap(({ slug }) =>
    ["", "/defenses", "/attacks", "/matrix", "/history"].map((part) => `/challenges/${slug}${part}`),
  );
  const paths = [
    ...[
      "",
      "/challenges",
      "/breaks",
      "/flags",
      "/lessons",
      "/archive",
      "/archive/results",
      "/archive/figures",
      "/archive/papers",
    ],
    ...challenges,
    ...(await entryPaths()),
    ...readLessons(viewer).lessons.map(({ slug }) => `/lessons/${slug}`),
    ...allRecords(viewer).map(({ id }) => `/archive/${id}`),
    ...papers.map(({ id }) => `/archive/papers/${id}`),
  ];
  return paths.map((path) => siteAddress() + path);
}

async function entryPaths(): Promise<string[]> {
  const [defenses, attacks, breaks] = await Promise.all([
    database().defense.findMany({ orderBy: { admittedAt: "desc" }, take: MOST, select: { id: true } }),
    database().attack.findMany({ orderBy: { admittedAt: "desc" }, take: MOST, select: { id: true } }),
    database().historyRecord.findMany({
      where: { kind: "broken", defenseId: { not: null } },
      orderBy: { at: "desc" },
      take: MOST,
      select: { id: true },
    }),
  ]);
  return [
    ...defenses.flatMap(({ id }) => [`/defenses/${id}`, `/defenses/${id}/history`]),
    ...attacks.map(({ id }) => `/attacks/${id}`),
    ...breaks.map(({ id }) => `/breaks/${id}`),
  ];
}
