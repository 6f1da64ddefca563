import { afterAll, beforeAll, expect, test } from "vitest";
import { addAttack, addChallenge, addDefense, addEvaluation } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test("an evaluation holds a verdict bit a point, and the defense's body leads to it", async () => {
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 10);
  const defense = await addDefense(db, challenge, people.other.id, 10);
  const attack = await addAttack(db, challenge, people.member.id);
  await addEvaluation(db, challenge, attack.id, defense.id, [0, 9]);
  const { api } = await import("./api.ts");
  const { evaluations } = await (await api.request(`/api/v1/defenses/${defense.id}`)).json();
  const body = await (await api.request(`/api/v1/evaluations/${evaluations[0].evaluation}`)).json();
  expect(body).toMatchObject({ id: evaluations[0].evaluation, kind: "attack", n: 10, broken: 2 });
  expect(body).toMatchObject({ attack: { id: attack.id, author: "member" }, defense: { id: defense.id } });
  expect([...Buffer.from(body.bits, "base64")]).toEqual([0b11111110, 0b01]);
  expect(body.points).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("of the holdout nothing is told but that it was measured", async () => {
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 10);
  const defense = await addDefense(db, challenge, people.other.id, 10);
  const { id } = await addEvaluation(db, challenge, null, defense.id, [3]);
  await db.evaluation.update({ where: { id }, data: { kind: "holdout", subject: "holdout" } });
  const { api } = await import("./api.ts");
  const body = await (await api.request(`/api/v1/evaluations/${id}`)).json();
  expect(body).toMatchObject({ kind: "holdout", bits: null, points: null, attacked: 0, broken: 0 });
  const { evaluations } = await (await api.request(`/api/v1/defenses/${defense.id}`)).json();
  expect(evaluations).toMatchObject([{ kind: "holdout", attacked: 0, broken: 0 }]);
});
