import { afterAll, beforeAll, expect, test } from "vitest";
import { addAttack, addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test("the sitemap has what was admitted and each of its breaks, and nothing that is on its way", async () => {
  const { publicAddresses } = await import("#data/sitemap.ts");
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 10);
  const attack = await addAttack(db, challenge, people.member.id);
  const defense = await addDefense(db, challenge, people.other.id, 2);
  const upload = { uploadSha: "", uploadName: "", uploadBytes: 0, form: {}, name: "On its way" };
  const of = { kind: "defense" as const, challengeId: challenge.id, personId: people.other.id };
  const waiting = await db.submission.create({ data: { ...of, ...upload } });
  const row = { challengeId: challenge.id, defenseId: defense.id, evaluatorVersion: "1" };
  const fall = await db.historyRecord.create({ data: { ...row, kind: "broken", threshold: "broken" } });
  const addresses = await publicAddresses(null);
  for (const path of [
    `/challenges/${challenge.slug}/history`,
    ...[`/defenses/${defense.id}`, `/defenses/${defense.id}/history`, `/attacks/${attack.id}`],
    ...["/breaks", `/breaks/${fall.id}`],
  ])
    expect(addresses).toContain(`http://127.0.0.1:3000${path}`);
  expect(addresses.join("\n")).not.toContain(waiting.id);
  expect(new Set(addresses).size).toBe(addresses.length);
});
