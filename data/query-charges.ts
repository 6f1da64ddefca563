import "server-only";
import { database } from "#store/database.ts";

/** Rows that a person wants answered by a defense, out of what budget. */
export interface Charge {
  personId: string;
  defenseId: string;
  challengeId: string;
  rows: number;
  budget: number;
}

interface Waiting extends Charge {
  /** Resolves to what is spent with these rows, null where they would exceed the budget. */
  charged: PromiseWithResolvers<number | null>;
}

/** Requests that are charged in one statement. */
const MOST_AT_ONCE = 1_000;
const kept = globalThis as { gauntletCharges?: { waiting: Waiting[]; running: boolean } };
kept.gauntletCharges ??= { waiting: [], running: false };
const charges = kept.gauntletCharges;

/**
 * Charges rows before they are answered. Resolves to what the person has now spent on the defense; null, and nothing is
 * charged, where the rows would exceed the budget. What comes while a statement runs is charged by the next one
 * together: one commit for however many requests, or each would wait for the row's lock and its own commit.
 */
export function charge(asked: Charge): Promise<number | null> {
  const charged = Promise.withResolvers<number | null>();
  charges.waiting.push({ ...asked, charged });
  void chargeWaiting();
  return charged.promise;
}

async function chargeWaiting(): Promise<void> {
  if (charges.running) return;
  charges.running = true;
  while (charges.waiting.length > 0) {
    const some = charges.waiting.splice(0, MOST_AT_ONCE);
    await chargeTogether(some).catch((error) => {
      for (const { charged } of some) charged.reject(error);
    });
  }
  charges.running = false;
}

async function chargeTogether(some: Waiting[]): Promise<void> {
  const groups = Map.groupBy(some, ({ personId, defenseId }) => `${personId} ${defenseId}`);
  const sums = [...groups.values()].map((group) => ({
    ...group[0]!,
    rows: group.reduce((sum, { rows }) => sum + rows, 0),
  }));
  const spent = await write(sums);
  for (const [key, group] of groups) {
    const after = spent.get(key);
    if (after === undefined) await chargeInTurn(group);
    else {
      let before = after - group.reduce((sum, { rows }) => sum + rows, 0);
      for (const { rows, charged } of group) {
        before += rows;
        charged.resolve(before);
      }
    }
  }
}

/** All together are too many: whoever came first is charged while there is room. */
async function chargeInTurn(group: Waiting[]): Promise<void> {
  for (const asked of group) {
    const spent = group.length === 1 ? undefined : (await write([asked])).values().next().value;
    asked.charged.resolve(spent ?? null);
  }
}

/** Charges each of different (person, defense), or does not; gives what those that were charged have spent. */
async function write(charges: Charge[]): Promise<Map<string, number>> {
  const column = <K extends keyof Charge>(key: K) => charges.map((charge) => charge[key]);
  const rows = await database().$queryRaw<{ key: string; spent: number }[]>`
    INSERT INTO "QueryLedger" ("personId", "defenseId", "challengeId", "spent", "budget")
    SELECT * FROM unnest(${column("personId")}::text[], ${column("defenseId")}::text[], ${column("challengeId")}::text[],
      ${column("rows")}::int[], ${column("budget")}::int[]) AS asked (person, defense, challenge, rows, budget)
    WHERE rows <= budget ORDER BY person, defense
    ON CONFLICT ("personId", "defenseId") DO UPDATE
      SET "spent" = "QueryLedger"."spent" + EXCLUDED."spent", "budget" = EXCLUDED."budget", "lastAt" = now()
      WHERE "QueryLedger"."spent" + EXCLUDED."spent" <= EXCLUDED."budget"
    RETURNING "personId" || ' ' || "defenseId" AS key, "spent"`;
  return new Map(rows.map(({ key, spent }) => [key, spent]));
}

/** Gives rows back that were charged and not answered. */
export async function refund({ personId, defenseId, rows }: Charge): Promise<void> {
  await database().$executeRaw`
    UPDATE "QueryLedger" SET "spent" = "spent" - ${rows}
    WHERE "personId" = ${personId} AND "defenseId" = ${defenseId}`;
}

/** What a person has spent on a defense. */
export async function spentOn(personId: string, defenseId: string): Promise<number> {
  const where = { personId_defenseId: { personId, defenseId } };
  return (await database().queryLedger.findUnique({ where, select: { spent: true } }))?.spent ?? 0;
}
