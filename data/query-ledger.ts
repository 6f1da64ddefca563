import "server-only";
import type { QueryAccess } from "#contest/query.ts";
import { readAskable } from "#data/askable.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

/** What one person has spent on a defense. */
export interface LedgerRow {
  handle: string;
  name: string;
  spent: number;
  /** Of them, rows of attacks. */
  attackRows: number;
  firstAt: Date;
  lastAt: Date;
}

export interface Ledger {
  access: QueryAccess;
  people: number;
  total: number;
  /** Those who spent most first. */
  rows: LedgerRow[];
  /** Where the next rows begin; null at the end. */
  next: string | null;
}

/**
 * The public ledger of a defense: who has asked how much. Null where there is no such defense or it cannot be asked.
 * `after` is the `next` of the rows before.
 */
export async function readLedger(
  _viewer: Viewer | null,
  id: string,
  { size, after }: { size: number; after: string | null },
): Promise<Ledger | null> {
  const defense = await readAskable(id.slice(0, 40));
  if (!defense) return null;
  const [spent, personId] = after?.split(".") ?? [];
  const beyond = after !== null && {
    OR: [{ spent: { lt: Number(spent) } }, { spent: Number(spent), personId: { gt: personId! } }],
  };
  const [rows, sums] = await Promise.all([
    database().queryLedger.findMany({
      where: { defenseId: id, ...beyond },
      orderBy: [{ spent: "desc" }, { personId: "asc" }],
      take: size + 1,
      include: { person: { select: { handle: true, name: true } } },
    }),
    database().queryLedger.aggregate({ where: { defenseId: id }, _count: true, _sum: { spent: true } }),
  ]);
  const page = rows.slice(0, size);
  const last = page.at(-1);
  return {
    access: defense.access,
    people: sums._count,
    total: sums._sum.spent ?? 0,
    rows: page.map(({ person, spent, attackRows, firstAt, lastAt }) => ({
      ...person,
      spent,
      attackRows,
      firstAt,
      lastAt,
    })),
    next: rows.length > size && last ? `${last.spent}.${last.personId}` : null,
  };
}

/** Whether a text is a place in a ledger that `readLedger` gave. */
export function isLedgerPlace(text: string): boolean {
  return /^\d{1,9}\.[A-Za-z0-9_-]{1,40}$/.test(text);
}
