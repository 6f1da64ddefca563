import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase } from "#commands/test-database.ts";
import { provide } from "#env.ts";
import { clock, closeDatabase, database } from "#store/database.ts";

let drop: () => Promise<void>;
beforeAll(async () => {
  const fresh = await freshDatabase();
  ({ drop } = fresh);
  provide({ DATABASE_URL: fresh.url });
});
afterAll(async () => {
  await closeDatabase();
  await drop();
});

test("a host that goes silent within a transaction loses it, and its locks, soon", async () => {
  const [row] = await database().$queryRaw<[{ idle_in_transaction_session_timeout: string }]>`
    SHOW idle_in_transaction_session_timeout`;
  expect(row).toEqual({ idle_in_transaction_session_timeout: "15s" });
});

test("the clock is the database's, to the millisecond, and goes on within a transaction", async () => {
  const [first, second] = await database().$transaction(async (tx) => {
    const before = await clock(tx);
    await tx.$queryRaw`SELECT pg_sleep(0.01)::text`;
    return [before, await clock(tx)] as const;
  });
  expect(second.getTime()).toBeGreaterThan(first.getTime());
  const [{ at }] = await database().$queryRaw<[{ at: Date }]>`SELECT ${first}::timestamptz(3) AS at`;
  expect(at).toEqual(first);
});
