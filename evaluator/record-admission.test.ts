import { afterAll, beforeAll, expect, test } from "vitest";
import { onesOf } from "#contest/bits.ts";
import { type Archive, admitted, type DefenseEntry, openArchive, POINTS } from "#evaluator/testing/archive.ts";

let archive: Archive;
beforeAll(async () => {
  archive = await openArchive();
});
afterAll(() => archive?.close());

async function admit(entry: Partial<DefenseEntry>, holdout = 100) {
  const challenge = await archive.challenge({ holdout });
  const personId = await archive.person("defender");
  const defense = await admitted(archive, challenge, { personId, receivedAt: new Date(1e12), tier: "none", ...entry });
  const where = { where: { defenseId: defense.id }, orderBy: { id: "asc" as const } };
  const evaluations = await archive.db.evaluation.findMany(where);
  return { defense, evaluations, records: await archive.db.historyRecord.findMany(where) };
}

test("what stands at first is what is answered rightly unattacked", async () => {
  const { defense, evaluations } = await admit({ wrong: [0, 7, 20] });
  const right = Array.from({ length: POINTS }, (_, i) => i).filter((i) => ![0, 7, 20].includes(i));
  expect(onesOf(defense.standingBits!)).toEqual(right);
  expect(defense.cleanBits).toEqual(defense.standingBits);
  expect(defense).toMatchObject({ n: POINTS, clean: 18, standing: 18, level: "standing", faced: 0 });
  expect(evaluations[0]).toMatchObject({ kind: "clean", standingBefore: 21, standingAfter: 18, taken: 3, broken: 3 });
});

test("of the holdout nothing is kept but whole percents", async () => {
  const { defense, evaluations } = await admit({ holdoutRight: 123 }, 1000);
  expect(defense).toMatchObject({ holdoutN: 1000, holdoutRight: 120 });
  const holdout = evaluations.find(({ kind }) => kind === "holdout")!;
  expect(holdout).toMatchObject({ bits: null, answers: null, attacked: 1000, broken: 880, invalid: 0 });
});

test("its record starts with the claim, at the time of receipt, and its admission", async () => {
  const { records, defense } = await admit({ claim: 0.85, wrong: [1] });
  expect(records).toMatchObject([
    { kind: "claimed", at: new Date(1e12), detail: { claim: 0.85 } },
    { kind: "admitted", standingBefore: 21, standingAfter: 20 },
  ]);
  expect(defense.claimRefutedAt).toBeNull();
});

test("a claim that the clean points refute already is refuted at the admission", async () => {
  const { records, defense } = await admit({ claim: 0.99, wrong: [...Array(15).keys()] });
  expect(records.map(({ kind }) => kind)).toEqual(["claimed", "admitted", "claim_refuted"]);
  expect(defense.claimRefutedAt).not.toBeNull();
  expect(defense.level).toBe("broken");
});
