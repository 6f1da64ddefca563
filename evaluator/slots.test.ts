import fc from "fast-check";
import { expect, test } from "vitest";
import { slotPool } from "#evaluator/slots.ts";

test("no slot is used twice at once, all are used, and whoever asks first is served first", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.scheduler(), fc.nat(12), async (count, scheduler, users) => {
      const pool = slotPool(count);
      const inUse = new Set<number>();
      const served: number[] = [];
      let most = 0;
      const uses = Array.from({ length: users }, (_, user) =>
        pool.with(async (slot) => {
          expect(inUse.has(slot)).toBe(false);
          expect(slot).toBeLessThan(count);
          inUse.add(slot);
          served.push(user);
          most = Math.max(most, inUse.size);
          expect(pool.busy()).toBeGreaterThanOrEqual(inUse.size);
          expect(pool.busy()).toBeLessThanOrEqual(count);
          await scheduler.schedule(Promise.resolve());
          inUse.delete(slot);
        }),
      );
      await scheduler.waitFor(Promise.all(uses));
      expect(served).toEqual(Array.from({ length: users }, (_, user) => user));
      expect(most).toBe(Math.min(count, users));
      expect(pool.busy()).toBe(0);
    }),
  );
});

test("a slot comes back when its user fails, and the failure goes to that user", async () => {
  const pool = slotPool(1);
  const failing = pool.with(() => Promise.reject(new Error("theirs")));
  const next = pool.with(async (slot) => slot);
  await expect(failing).rejects.toThrow("theirs");
  expect(await next).toBe(0);
});
