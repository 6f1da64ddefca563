import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUSE_ATTACKS } from "#contest/gauntlet.ts";
import { addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

let site: Site;
let slug: string;
beforeAll(async () => {
  site = await openSite();
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 100);
  const other = await addChallenge(db, people.organizer.id, 100);
  slug = challenge.slug;
  const run = async (of: typeof challenge, subject: string, broken: number) => {
    const { id } = await addDefense(db, of, people.member.id, 50);
    await db.evaluation.create({
      data: {
        ...{ challengeId: of.id, defenseId: id, kind: "house", subject, evaluatorVersion: "1" },
        ...{ attacked: 50, broken, taken: broken, standingAfter: 50 - broken, seconds: 1, seed: "" },
        ...{ ortVersion: "", provider: "cpu", cpu: "", modelSha: "", pointsSha: "" },
      },
    });
  };
  await run(challenge, "quick/apgd-t", 3);
  await run(challenge, "full/apgd-t@straight-through", 7);
  await run(challenge, "full/apgd-ce", 9);
  await run(other, "full/apgd-t", 11);
  const score = { name: "APGD-T", personId: people.other.id, met: 2, success: 0.1, attacked: 100n, queries: 90_000n };
  await db.houseScore.create({ data: { challengeId: challenge.id, attack: "apgd-t", ...score, firstAt: new Date() } });
});
afterAll(() => site.close());

test("a house attack has what it did to the defenses of the challenge, in whatever tiers and variants", async () => {
  const { readHouseMeetings } = await import("#data/house-attack.ts");
  const { rows, total, columns } = (await readHouseMeetings(null, `${slug}/apgd-t`, {}))!;
  expect(total).toBe(2);
  expect(rows.map(({ subject, broken }) => [subject, broken])).toEqual([
    ["APGD-T, straight-through", 7],
    ["APGD-T (quick)", 3],
  ]);
  expect(columns.slice(0, 2).map(({ key }) => key)).toEqual(["defense", "stage"]);
});

test("it says what it may spend and what it has spent a point", async () => {
  const { readHouseAttack } = await import("#data/house-attack.ts");
  const attack = (await readHouseAttack(null, slug, "apgd-t"))!;
  expect(attack).toMatchObject({ name: "APGD-T", met: 2, success: 0.1, queries: 900 });
  expect(attack.budgets.map(({ tier }) => tier)).toEqual(["quick", "full"]);
});

test("every attack of the house has a page, whether or not it was run; nothing else has", async () => {
  const { readHouseAttack, readHouseMeetings } = await import("#data/house-attack.ts");
  for (const attack of Object.keys(HOUSE_ATTACKS)) {
    expect((await readHouseAttack(null, slug, attack))!.budgets).not.toEqual([]);
    expect(await readHouseMeetings(null, `${slug}/${attack}`, {})).not.toBeNull();
  }
  for (const [challenge, attack] of [
    [slug, "no-such"],
    [slug, "constructor"],
    ["no-such", "apgd-t"],
  ] as const) {
    expect(await readHouseAttack(null, challenge, attack)).toBeNull();
    expect(await readHouseMeetings(null, `${challenge}/${attack}`, {})).toBeNull();
  }
});
