import { afterAll, beforeAll, expect, test } from "vitest";
import { addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

async function bodyOf(over: Parameters<typeof addDefense>[4]) {
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 10);
  const { id } = await addDefense(db, challenge, people.other.id, 7, over);
  const { api } = await import("./api.ts");
  return (await api.request(`/api/v1/defenses/${id}`)).json();
}

const bitsOf = (text: string) => [...Buffer.from(text, "base64")];

test("a defense's body says of each point whether it was right when clean and whether it stands", async () => {
  const body = await bodyOf({});
  expect(bitsOf(body.cleanBits)).toEqual([0b11111111, 0b11]);
  expect(bitsOf(body.standingBits)).toEqual([0b01111111, 0b00]);
  expect(await bodyOf({ cleanBits: null, standingBits: null })).toMatchObject({ cleanBits: null, standingBits: null });
});

test("a defense that the gauntlet could not run on says so, and how its process ended", async () => {
  expect(await bodyOf({})).toMatchObject({ gauntletFault: null });
  const body = await bodyOf({ tier: "quick", gauntletFault: "memory", unranked: "gauntlet" });
  expect(body).toMatchObject({ tier: "quick", ranked: false });
  expect(body.gauntletFault).toContain("The gauntlet could not run: the model's process ran out of memory");
  expect(body.unrankedBecause).toContain("the gauntlet could not run");
});
