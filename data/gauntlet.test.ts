import { afterAll, beforeAll, expect, test } from "vitest";
import { addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const SURVEY = { variants: ["exact"], reason: "", missing: [], places: [], stops: [], headCut: [], randomOps: 0 };

async function readAhead(over: object) {
  const { readGauntlet } = await import("#data/gauntlet.ts");
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 100);
  const { id } = await addDefense(db, challenge, people.member.id, 50, { survey: SURVEY, ...over });
  const stage = { id: "quick/square", attack: "square", variant: "exact", iterations: 200, targets: 0 };
  await db.evaluation.create({
    data: {
      ...{ challengeId: challenge.id, defenseId: id, kind: "house", subject: stage.id, evaluatorVersion: "1" },
      ...{ attacked: 50, broken: 0, seconds: 10, seed: "", ortVersion: "", provider: "cpu", cpu: "" },
      ...{ modelSha: "", pointsSha: "", detail: { stage, found: 0, gradients: 0, forwards: 10_000, ended: null } },
    },
  });
  const shards = [new Date(), null].map((endedAt, shard) => ({ shard, endedAt, points: new Uint8Array() }));
  await db.gauntletShard.createMany({
    data: shards.map((shard) => ({ ...shard, defenseId: id, of: 2, evaluatorVersion: "1" })),
  });
  return (await readGauntlet(null, id)).ahead;
}

test("what the full tier will cost follows from what the quick one took, and its parts are counted", async () => {
  const ahead = await readAhead({ tier: "quick" });
  expect(ahead).toMatchObject({ parts: { ended: 1, of: 2 } });
  // 0.001 s a forward pass, 50 points, tens of thousands of passes each at most.
  expect(ahead!.seconds).toBeGreaterThan(50 * 0.001 * 10_000);
});

test.each([{ tier: "full" }, { tier: "quick", gauntletFault: "crashed" }, { tier: "quick", standing: 0 }])(
  "nothing is ahead of %o",
  async (over) => {
    expect(await readAhead(over)).toBeNull();
  },
);
