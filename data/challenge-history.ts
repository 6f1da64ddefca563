import "server-only";
import { z } from "zod";
import type { Thresholds } from "#contest/standing.ts";
import { breakerOf } from "#data/breaks.ts";
import { type ChallengeView, readChallenge } from "#data/challenges.ts";
import { type LifeRow, lifeColumns } from "#data/life-columns.ts";
import { momentSince } from "#data/moment.ts";
import type { Given, Table } from "#data/table.ts";
import { direction, paging, readQuery, sorting } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";
import { Prisma } from "#store/generated/client.ts";

export const THRESHOLDS = ["weakened", "broken", "collapsed"] as const satisfies (keyof Thresholds)[];

const shape = (beginning: Date) => ({
  ...paging,
  sort: sorting(lifeColumns, "-entered"),
  /** Which threshold ends a life. */
  threshold: z.enum(THRESHOLDS).default("broken"),
  show: z.enum(["all", "submitted"]).default("all"),
  at: momentSince(beginning, "the challenge began"),
});
export type LifeQuery = z.infer<z.ZodObject<ReturnType<typeof shape>>>;

/** Whose history, until when, and what ends a life in it. */
export interface Scope {
  challengeId: string;
  threshold: (typeof THRESHOLDS)[number];
  /** The robust accuracy below which that threshold is crossed. */
  below: number;
  submitted: boolean;
  at: Date;
}

function scopeOf({ id, config }: ChallengeView, { threshold, show, at }: LifeQuery): Scope {
  const below = config.thresholds[threshold];
  return { challengeId: id, threshold, below, submitted: show === "submitted", at: at ?? new Date() };
}

/** What the address of a challenge's history asks for; null when there is no such challenge. */
export async function readScope(viewer: Viewer | null, slug: string, given: Given): Promise<Scope | null> {
  const challenge = await readChallenge(viewer, slug);
  return challenge && scopeOf(challenge, readQuery(shape(challenge.createdAt), given).query);
}

/** The defenses of a scope: those admitted by its moment, of participants only where that was asked for. */
export const inScope = ({ challengeId, submitted, at }: Scope) => Prisma.sql`
  d."challengeId" = ${challengeId} AND d."admittedAt" <= ${at} ${submitted ? Prisma.sql`AND d."origin" = 'person'` : Prisma.empty}`;

/** When a defense `d`, whose first break is `b`, ended: at once where it lay below the threshold unattacked. */
export const endOf = ({ below }: Scope) => Prisma.sql`
  CASE WHEN d."clean"::float8 / d."n" < ${below} THEN d."admittedAt" ELSE b."at" END`;

type Read = Omit<LifeRow, "by" | "author" | "lasted"> & {
  handle: string;
  author: string;
  detail: unknown;
  attackId: string | null;
};

const ORDERS: Record<string, Prisma.Sql> = {
  name: Prisma.sql`d."name"`,
  ended: Prisma.sql`"ended"`,
  lasted: Prisma.sql`"lasted"`,
  claim: Prisma.sql`d."claim"`,
};

/** How long each defense of a challenge stood, by `?threshold=`, as it was at `?at=`. Null when there is no such challenge. */
export async function readLives(
  viewer: Viewer | null,
  slug: string,
  given: Given,
): Promise<(Table<LifeRow, LifeQuery> & { scope: Scope }) | null> {
  const challenge = await readChallenge(viewer, slug);
  if (!challenge) return null;
  const { query, problems } = readQuery(shape(challenge.createdAt), given);
  const scope = scopeOf(challenge, query);
  const { key, order } = direction(query.sort);
  const way = order === "asc" ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  // By the time of admission the index has them in their order, either way: then the other words would keep it from being used.
  const by =
    key === "entered"
      ? Prisma.sql`d."admittedAt" ${way}, d."id" ${way}`
      : Prisma.sql`${ORDERS[key]} ${way} NULLS LAST, d."admittedAt", d."id"`;
  const [read, counted] = await Promise.all([
    database().$queryRaw<Read[]>`
      SELECT d."id", d."name", p."handle", p."name" AS author, d."admittedAt" AS entered, d."claim", ${endOf(scope)} AS ended,
        extract(epoch FROM coalesce(${endOf(scope)}, ${scope.at}) - d."admittedAt")::float8 AS lasted, b."detail", b."attackId",
        (SELECT h."standingAfter" FROM "HistoryRecord" h
         WHERE h."defenseId" = d."id" AND h."kind" IN ('admitted', 'fell', 'rescored') AND h."at" <= ${scope.at}
         ORDER BY h."at" DESC, h."id" DESC LIMIT 1)::float8 / d."n" AS robust
      FROM "Defense" d JOIN "Person" p ON p."id" = d."personId" LEFT JOIN LATERAL (
        SELECT h."at", h."detail", h."attackId" FROM "HistoryRecord" h
        WHERE h."defenseId" = d."id" AND h."kind" = 'broken' AND h."threshold" = ${scope.threshold} AND h."at" <= ${scope.at}
        ORDER BY h."at", h."id" LIMIT 1) b ON true
      WHERE ${inScope(scope)} ORDER BY ${by} LIMIT ${query.size} OFFSET ${(query.page - 1) * query.size}`,
    database().$queryRaw<[{ total: bigint }]>`SELECT count(*) AS total FROM "Defense" d WHERE ${inScope(scope)}`,
  ]);
  const attacks = await attacksOf(read);
  const rows = read.map(({ handle, author, detail, attackId, ...row }): LifeRow => {
    const broke = row.ended !== null && row.ended > row.entered;
    return {
      ...{ ...row, author: { handle, name: author }, lasted: daysBetween(row.entered, row.ended ?? scope.at) },
      by: broke ? breakerOf(attackId === null ? null : attacks.get(attackId)!, detail) : null,
    };
  });
  const table = {
    name: `${slug}-history`,
    columns: lifeColumns,
    rows,
    total: Number(counted[0].total),
    query,
    problems,
  };
  return { ...table, scope };
}

async function attacksOf(read: { attackId: string | null }[]) {
  const attacks = await database().attack.findMany({
    where: { id: { in: read.flatMap(({ attackId }) => attackId ?? []) } },
    select: { id: true, name: true, person: { select: { handle: true, name: true } } },
  });
  return new Map(attacks.map((attack) => [attack.id, attack]));
}

/** To a thousandth of a day, which is a minute and a half. */
function daysBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 86_400) / 1000;
}
