import "server-only";
import { z } from "zod";
import { type AttackerRow, attackerColumns } from "#data/attack-columns.ts";
import { readChallenge } from "#data/challenges.ts";
import type { Given, Table } from "#data/table.ts";
import { paging, readQuery } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

const shape = {
  ...paging,
  view: z.enum(["people", "attacks"]).default("people"),
  show: z.enum(["all", "people", "house"]).default("all"),
};
export type AttackerQuery = z.infer<z.ZodObject<typeof shape>>;

/** Rule 10: the people of a challenge by what their attacks earned together, the house among them. */
export async function readAttackers(
  viewer: Viewer | null,
  slug: string,
  given: Given,
): Promise<Table<AttackerRow, AttackerQuery> | null> {
  const challenge = await readChallenge(viewer, slug);
  if (!challenge) return null;
  const { query, problems } = readQuery(shape, given);
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
  const rows = scores.map(({ queries, ...score }, i) => ({
    ...score,
    rank: skip + i + 1,
    queries: queries === null ? null : Number(queries),
  }));
  return { name: `${slug}-attackers`, columns: attackerColumns, rows, total, query, problems };
}
