import { afterAll, beforeAll, expect, test } from "vitest";
import { allOnes, onesOf, setBit } from "#contest/bits.ts";
import { addAttack, addChallenge, addDefense, addEvaluation } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

const N = 10;
let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test("a house attack tells the points that stood before it, whoever took the others; a participant's tells none", async () => {
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, N);
  const defense = await addDefense(db, challenge, people.other.id, N);
  /** Something that was measured next, wrong at `wrong`; the last of these takes nothing that stood. */
  const measured = async (kind: "clean" | "attack" | "house", wrong: number[], taken = wrong.length) => {
    const attack = await addAttack(db, challenge, people.member.id);
    const { id } = await addEvaluation(db, challenge, attack.id, defense.id, wrong);
    const bits = allOnes(N);
    for (const point of wrong) setBit(bits, point, false);
    const own = kind === "attack" ? {} : { attackId: null, subject: `quick/${attack.id}` };
    await db.evaluation.update({ where: { id }, data: { kind, bits, taken, ...own } });
    return String(id);
  };
  await measured("clean", [9]);
  const first = await measured("house", [0]);
  await measured("attack", [1, 2]);
  await measured("attack", [0, 1], 0);
  const second = await measured("house", [3]);
  const attack = await measured("attack", [4]);

  const { readEvaluation } = await import("#data/evaluation.ts");
  const stood = async (id: string) => {
    const evaluation = await readEvaluation(null, id);
    return evaluation!.stood && onesOf(evaluation!.stood);
  };
  expect(await stood(first)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await stood(second)).toEqual([3, 4, 5, 6, 7, 8]);
  expect(await stood(attack)).toBeNull();
});
