import "server-only";
import { z } from "zod";
import { type AttackerRow, attackerColumns } from "#data/attack-columns.ts";
import { attackersThen } from "#data/attackers-then.ts";
import { readChallenge } from "#data/challenges.ts";
import { momentSince } from "#data/moment.ts";
import type { Given, Table } from "#data/table.ts";
import { paging, readQuery } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

const shape = (beginning: Date) => ({
  ...paging,
  view: z.enum(["people", "attacks"]).default("people"),
  show: z.enum(["all", "people", "house"]).default("all"),
  at: momentSince(beginning, "the challenge began"),
});
export type AttackerQuery = z.infer<z.ZodObject<ReturnType<typeof shape>>>;

/**
 * Rule 10: the people of a challenge by what their attacks earned together, the house among them; as at the end of the
 * day of `?at=`.
 */
export async function readAttackers(
  viewer: Viewer | null,
  slug: string,
  given: Given,
): Promise<Table<AttackerRow, AttackerQuery> | null> {
  const challenge = await readChallenge(viewer, slug);
  if (!challenge) return null;
  const { query, problems } = readQuery(shape(challenge.createdAt), given);
  const about = { name: `${slug}-attackers`, columns: attackerColumns, query, problems };
  if (query.at !== null) return { ...about, ...(await attackersThen(challenge.id, query.at, query)) };
  const where = { challengeId: challenge.id, ...(query.show !== "all" && { house: query.show === "house" }) };
  const skip = (query.page - 1) * query.size;
  const [scores, total] = await Promise.all([
    database().attackerScore.findMany({
      where,
      orderBy: [
        { score: "desc" },
        { firstBreaks: "desc" },
        { queries: { sort: "asc", nulls: "last" } },
        { firstAt: "asc" },
      ],
      skip,
      take: query.size,
      include: { person: { select: { handle: true, name: true } } },
    }),
    database().attackerScore.count({ where }),
  ]);
  const rows = scores.map(
    ({ person, house, score, firstBreaks, queries, attacks, firstAt }, i): AttackerRow => ({
      ...{ rank: skip + i + 1, person, house, score, firstBreaks, attacks, firstAt },
      queries: queries === null ? null : Number(queries),
    }),
  );
  return { ...about, rows, total };
}
