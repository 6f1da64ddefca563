import { afterAll, beforeAll, expect, test } from "vitest";
import { addAttack, addChallenge, addDefense, addEvaluation } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test("each measured pair is in the cell of its attack and its defense, others are empty", async () => {
  const { fractionBroken, readMatrix } = await import("#data/matrix.ts");
  const { toCsv } = await import("#data/csv.ts");
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 10, { defenses: 2, attacks: 2 });
  const [first, second] = [
    await addDefense(db, challenge, people.other.id, 9),
    await addDefense(db, challenge, people.other.id, 5),
  ];
  const [one, two] = [
    await addAttack(db, challenge, people.member.id),
    await addAttack(db, challenge, people.member.id),
  ];
  await addEvaluation(db, challenge, one.id, first.id, [9]);
  await addEvaluation(db, challenge, one.id, second.id, [5, 6, 7, 8, 9]);
  await addEvaluation(db, challenge, two.id, second.id, []);
  const matrix = (await readMatrix(null, challenge.slug, {}))!;
  expect(matrix.defenses.map(({ id }) => id)).toEqual([first.id, second.id]);
  const cells = matrix.rows.map(({ cells }) => matrix.defenses.map(({ id }) => fractionBroken(cells.get(id))));
  expect(cells).toEqual([
    [0.1, 0.5],
    [null, 0],
  ]);
  expect(toCsv(matrix.columns, matrix.rows).split("\r\n").slice(1, 3)).toEqual([
    `${one.name},${one.id},member,0.1,0.5`,
    `${two.name},${two.id},member,,0`,
  ]);
});
