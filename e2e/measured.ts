import { expect, request } from "@playwright/test";
import { env } from "#env.ts";

/** Waits, before the first journey, until the evaluator has measured the baselines that a first start brings. */
export default async function measured(): Promise<void> {
  const context = await request.newContext({ baseURL: env.siteUrl });
  const open = async () => {
    const { queue } = await (await context.get("/api/v1/health")).json();
    return queue.waiting + queue.running;
  };
  await expect.poll(open, { timeout: 300_000, intervals: [1_000] }).toBe(0);
  await context.dispose();
}
