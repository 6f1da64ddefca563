import "server-only";
import { z } from "zod";
import { type AttackerRow, type AttackRow, attackColumns, attackerColumns } from "#data/attack-columns.ts";
import { readChallenge } from "#data/challenges.ts";
import type { Given, Table } from "#data/table.ts";
import { direction, paging, readQuery, searchText, sorting } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";
import type { Prisma } from "#store/generated/client.ts";

const view = { view: z.enum(["people", "attacks"]).default("people") };
const attackShape = { ...paging, ...view, sort: sorting(attackColumns, "-success"), q: searchText };
const attackerShape = { ...paging, ...view };
export type AttackQuery = z.infer<z.ZodObject<typeof attackShape>>;
export type AttackerQuery = z.infer<z.ZodObject<typeof attackerShape>>;

/** Which of the two attack boards the parameters ask for. */
export function attackView(given: Given): "people" | "attacks" {
  return readQuery(view, given).query.view;
}

/** Rule 10: the people of a challenge by what their attacks earned together. */
export async function readAttackers(
  viewer: Viewer | null,
  slug: string,
  given: Given,
): Promise<Table<AttackerRow, AttackerQuery> | null> {
  const challenge = await readChallenge(viewer, slug);
  if (!challenge) return null;
  const { query, problems } = readQuery(attackerShape, given);
  const where = { challengeId: challenge.id };
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
  const rows = scores.map((score, i) => ({ ...score, rank: skip + i + 1, queries: numberOrNull(score.queries) }));
  return { name: `${slug}-attackers`, columns: attackerColumns, rows, total, query, problems };
}

/** The single attacks of a challenge. */
export async function readAttacks(
  viewer: Viewer | null,
  slug: string,
  given: Given,
): Promise<Table<AttackRow, AttackQuery> | null> {
  const challenge = await readChallenge(viewer, slug);
  if (!challenge) return null;
  const { query, problems } = readQuery(attackShape, given);
  const where = filter(challenge.id, query.q);
  const { key, order } = direction(query.sort);
  const column = key === "received" ? "receivedAt" : key;
  const [attacks, total] = await Promise.all([
    database().attack.findMany({
      where,
      orderBy: [{ [column]: order }, { receivedAt: "asc" }, { id: "asc" }],
      skip: (query.page - 1) * query.size,
      take: query.size,
      select: {
        id: true,
        name: true,
        origin: true,
        success: true,
        met: true,
        rows: true,
        submittedRows: true,
        queries: true,
        withdrawnAt: true,
        receivedAt: true,
        person: { select: { handle: true, name: true } },
      },
    }),
    query.q === "" ? challenge.attacks : database().attack.count({ where }),
  ]);
  const rows = attacks.map(({ person, origin, withdrawnAt, queries, ...attack }) => ({
    ...attack,
    author: person,
    baseline: origin === "baseline",
    withdrawn: withdrawnAt !== null,
    queries: numberOrNull(queries),
  }));
  return { name: `${slug}-attacks`, columns: attackColumns, rows, total, query, problems };
}

function filter(challengeId: string, q: string): Prisma.AttackWhereInput {
  const contains = { contains: q, mode: "insensitive" as const };
  if (q === "") return { challengeId };
  return { challengeId, OR: [{ name: contains }, { person: { name: contains } }, { person: { handle: contains } }] };
}

/** Queries are stated up to 10^12, which a number holds exactly. */
function numberOrNull(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
