import { afterAll, beforeAll, expect, test } from "vitest";
import { readAttackers } from "#data/attacker-board.ts";
import { refreshBoards } from "#evaluator/boards.ts";
import { type Archive, admitted, archived, faced, openArchive } from "#evaluator/testing/archive.ts";

let archive: Archive;
beforeAll(async () => {
  archive = await openArchive();
});
afterAll(() => archive?.close());

test("the board of people as it stood at the end of a day, whatever changed since", async () => {
  const { db } = archive;
  const challenge = await archive.challenge();
  const { id, slug } = challenge.row;
  const receivedAt = new Date();
  const person = (handle: string) => archive.person(handle);
  const board = async (at?: Date) => {
    const { problems, rows, total } = (await readAttackers(
      null,
      slug,
      at ? { at: at.toISOString().slice(0, 10) } : {},
    ))!;
    expect(problems).toEqual([]);
    expect(total).toBe(rows.length);
    return rows;
  };
  const attack = async (handle: string, step: number, broken: number[]) => {
    const author = { personId: await person(handle), receivedAt };
    const made = await archived(archive, challenge, author, new Map(broken.map((point) => [point, [step, 0, 0, 0]])));
    await faced(archive, challenge, defense, made, new Set(broken));
    await refreshBoards(db, id);
  };
  const defense = await admitted(archive, challenge, { personId: await person("ann"), receivedAt });

  await attack("cho", 1, [0]);
  const first = await board();
  expect(first.map(({ person: { handle }, score }) => [handle, score])).toEqual([["cho", 1 / 21]]);
  expect(await board(new Date())).toEqual(first);

  const yesterday = new Date(Date.now() - 86_400_000);
  await db.$executeRaw`UPDATE "AttackerScoreDay" SET "day" = "day" - 1 WHERE "challengeId" = ${id}`;
  await db.challenge.update({ where: { id }, data: { createdAt: new Date(Date.now() - 3 * 86_400_000) } });
  await refreshBoards(db, id);
  expect(await db.attackerScoreDay.count({ where: { challengeId: id } }), "nothing changed today").toBe(1);
  await attack("bob", 2, [1, 2, 3]);
  await attack("bob", 3, [4]);
  expect(await db.attackerScoreDay.count({ where: { challengeId: id } }), "a row a day").toBe(2);
  expect((await board()).map(({ rank, person: { handle } }) => [rank, handle])).toEqual([
    [1, "bob"],
    [2, "cho"],
  ]);
  expect(await board(new Date())).toEqual(await board());
  expect(await board(yesterday)).toEqual(first);
  expect(await board(new Date(Date.now() - 2 * 86_400_000)), "before anybody had a score").toEqual([]);
});

test("what an attack has done is kept by the day, the latest of each", async () => {
  const { db } = archive;
  const challenge = await archive.challenge();
  const receivedAt = new Date();
  const author = async (handle: string) => ({ personId: await archive.person(handle), receivedAt });
  const rows = new Map([0, 1, 2].map((point) => [point, [1, 0, 0, 0]]));
  const attack = await archived(archive, challenge, await author("cho"), rows);
  const kept = async () => {
    const where = { attackId: attack.id };
    const { met, success } = await db.attack.findUniqueOrThrow({ where: { id: attack.id } });
    const days = await db.attackDay.findMany({ where, orderBy: { day: "asc" }, select: { met: true, success: true } });
    expect(days.at(-1)).toEqual({ met, success });
    return days;
  };
  const meet = async (handle: string, broken: number[]) =>
    faced(archive, challenge, await admitted(archive, challenge, await author(handle)), attack, new Set(broken));
  await meet("ann", [0]);
  const [first] = await kept();
  expect(first).toEqual({ met: 1, success: 1 / 21 });
  await db.$executeRaw`UPDATE "AttackDay" SET "day" = "day" - 1 WHERE "attackId" = ${attack.id}`;
  await meet("bob", [0, 1, 2]);
  await meet("dan", []);
  const days = await kept();
  expect(days).toHaveLength(2);
  expect(days[0]).toEqual(first);
  expect(days[1]!.met).toBe(3);
  expect(days[1]!.success).toBeCloseTo(4 / 21 / 3, 12);
});
