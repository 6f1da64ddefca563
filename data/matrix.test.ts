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

test("as it stood at the end of a day: its attacks, its defenses and its cells of then, in their order of then", async () => {
  const { fractionBroken, readMatrix } = await import("#data/matrix.ts");
  const { db, people } = site;
  const day = (n: number) => new Date(Date.UTC(2026, 0, n));
  const challenge = await addChallenge(db, people.organizer.id, 10, { defenses: 3, attacks: 2, createdAt: day(1) });
  const defense = async (standing: number, entered: number) => {
    const { id } = await addDefense(db, challenge, people.other.id, standing, { admittedAt: day(entered) });
    await history(id, 10, entered);
    return id;
  };
  const history = (defenseId: string, standingAfter: number, n: number) =>
    db.historyRecord.create({
      data: {
        ...{ challengeId: challenge.id, defenseId, kind: standingAfter === 10 ? "admitted" : "fell" },
        ...{ evaluatorVersion: "1", standingAfter, at: day(n) },
      },
    });
  const [fallen, holding, late] = [await defense(1, 2), await defense(7, 2), await defense(10, 9)];
  await history(holding, 7, 3);
  await history(fallen, 1, 6);
  const attack = async (admittedAt: Date, days: [number, number][]) => {
    const { id } = await addAttack(db, challenge, people.member.id);
    await db.attack.update({ where: { id }, data: { admittedAt, success: days.at(-1)![1] } });
    await db.attackDay.createMany({
      data: days.map(([n, success], i) => ({ attackId: id, day: day(n), met: i + 1, success })),
    });
    return id;
  };
  const [weak, strong] = [
    await attack(day(3), [[3, 0.3]]),
    await attack(day(4), [
      [4, 0.1],
      [6, 0.5],
    ]),
  ];
  const met = async (attackId: string, defenseId: string, broken: number[], n: number) => {
    const { id } = await addEvaluation(db, challenge, attackId, defenseId, broken);
    await db.evaluation.update({ where: { id }, data: { createdAt: day(n) } });
  };
  await met(weak, holding, [7, 8, 9], 3);
  await met(strong, holding, [9], 4);
  await met(strong, fallen, [1, 2, 3, 4, 5, 6, 7, 8, 9], 6);
  const told = async (at?: string) => {
    const { rows, defenses, total, totalDefenses } = (await readMatrix(null, challenge.slug, at ? { at } : {}))!;
    expect([rows.length, defenses.length]).toEqual([total, totalDefenses]);
    const across = defenses.map(({ id, level }) => [id, level]);
    return {
      across,
      cells: rows.map((row) => [row.id, ...defenses.map(({ id }) => fractionBroken(row.cells.get(id)))]),
    };
  };
  expect(await told("2026-01-01")).toEqual({ across: [], cells: [] });
  expect(await told("2026-01-04")).toEqual({
    across: [
      [fallen, "standing"],
      [holding, "standing"],
    ],
    cells: [
      [weak, null, 0.3],
      [strong, null, 0.1],
    ],
  });
  expect((await told("2026-01-06")).cells).toEqual([
    [strong, 0.1, 0.9],
    [weak, 0.3, null],
  ]);
  expect((await told("2026-01-09")).across.map(([id]) => id)).toEqual([late, holding, fallen]);
  expect(await told("2026-01-09")).toEqual(await told());
});
