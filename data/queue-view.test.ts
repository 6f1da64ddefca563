import { afterAll, beforeAll, expect, test } from "vitest";
import { addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";
import type { Viewer } from "#data/viewer.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const viewer = (role: Viewer["role"]) => ({ id: site.people.admin.id, role }) as Viewer;

async function read(role: Viewer["role"] | null) {
  const { readQueueView } = await import("#data/queue-view.ts");
  return readQueueView(role === null ? null : viewer(role));
}

test("who does not run the site does not see the queue", async () => {
  expect(await read(null)).toBeNull();
  expect(await read("member")).toBeNull();
});

test("jobs are listed in the order in which they are taken: submissions, then the gauntlet, what runs before what waits", async () => {
  const { db, people } = site;
  const { boss } = await import("#data/boss.ts");
  const { createQueues, enqueueSubmission } = await import("#store/queue.ts");
  const { createGauntletQueue, enqueueGauntlet, gauntletQueue } = await import("#store/gauntlet-queue.ts");
  const queue = await boss();
  await createQueues(queue);
  await createGauntletQueue(queue, "9.9.9");
  expect(await read("admin")).toEqual({ rows: [], total: 0 });

  const challenge = await addChallenge(db, people.organizer.id, 10);
  const [quick, full] = [
    await addDefense(db, challenge, people.member.id, 8, { tier: "none" }),
    await addDefense(db, challenge, people.member.id, 8, { tier: "quick" }),
  ];
  const parts = { boss: queue, db };
  await enqueueGauntlet(parts, "9.9.9", { defenseId: full.id, tier: "full", shard: 1 });
  await queue.fetch(gauntletQueue("9.9.9"));
  await enqueueGauntlet(parts, "9.9.9", { defenseId: full.id, tier: "full" });
  await enqueueGauntlet(parts, "9.9.9", { defenseId: quick.id, tier: "quick" });
  await db.$transaction((tx) => enqueueSubmission(queue, tx, quick.id));
  const { rows, total } = (await read("organizer"))!;
  expect(total).toBe(4);
  expect(
    rows.map(({ lane, shard, running, version, submissionId }) => [lane, shard, running, version, submissionId]),
  ).toEqual([
    ["evaluate", null, false, null, quick.id],
    ["full", 1, true, "9.9.9", full.id],
    ["quick", null, false, "9.9.9", quick.id],
    ["full", null, false, "9.9.9", full.id],
  ]);
  expect(rows[2]!.priority).toBeGreaterThan(rows[3]!.priority);
});
