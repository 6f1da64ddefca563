import { afterAll, beforeAll, expect, test } from "vitest";
import { addAttack, addChallenge, addDefense, addEvaluation } from "#data/testing/entries.ts";
import { CHALLENGE, openSite, type Site } from "#data/testing/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const ASKED = {
  ...CHALLENGE,
  threatModel: { ...CHALLENGE.threatModel, access: "query" as const },
  queries: { answers: "labels" as const, budget: 100 },
};

test.each([
  ["whose models are public, for everybody", CHALLENGE, true],
  ["whose models are only asked, for nobody else", ASKED, false],
])("examples of a baseline, and those that break one, are open in a challenge %s", async (_, config, open) => {
  const { db, people, putBytes } = site;
  const challenge = await addChallenge(db, people.organizer.id, 20, { config });
  const defense = await addDefense(db, challenge, people.other.id, 20, { origin: "baseline" });
  const attack = await addAttack(db, challenge, people.member.id);
  await db.attack.update({ where: { id: attack.id }, data: { origin: "baseline" } });
  const { examplesSha } = attack;
  const met = await addEvaluation(db, challenge, attack.id, defense.id, [0]);
  await db.evaluation.update({ where: { id: met.id }, data: { examplesSha } });
  const house = await addEvaluation(db, challenge, null, defense.id, [1]);
  const { sha256 } = await putBytes(new Uint8Array(20 * 16));
  const stage = { kind: "house" as const, subject: "quick/pgd", examplesSha: sha256 };
  await db.evaluation.update({ where: { id: house.id }, data: stage });
  const { evaluationExamples } = await import("#data/evaluation-examples.ts");
  for (const { id } of [met, house]) {
    const outcome = await evaluationExamples(null, String(id));
    if (open) expect(outcome).toMatchObject({ ok: true, shape: [20, 1, 2, 2] });
    else expect(outcome).toMatchObject({ ok: false, status: 403, problems: [{ code: "examples-closed" }] });
  }
});
