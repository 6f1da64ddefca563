import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { refreshBoards } from "#evaluator/boards.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { recordEnded } from "#evaluator/record-house.ts";
import { type Archive, admitted, archived, faced, housed, openArchive, POINTS } from "#evaluator/testing/archive.ts";
import { houseAccount } from "#store/house.ts";

let archive: Archive;
let challenge: LoadedChallenge;
beforeAll(async () => {
  archive = await openArchive();
});
afterAll(() => archive?.close());
beforeEach(async () => {
  challenge = await archive.challenge();
});

const longAgo = new Date(Date.UTC(2026, 0, 1));
const later = new Date(Date.now() + 3_600_000);
const defenseOf = async (handle: string, wrong: number[] = []) =>
  admitted(archive, challenge, { personId: await archive.person(handle), receivedAt: longAgo, wrong });

/** Archives an attack that broke `points` of the defense. */
async function attacked(
  handle: string,
  receivedAt: Date,
  defense: Awaited<ReturnType<typeof defenseOf>>,
  points: number[],
) {
  const author = { personId: await archive.person(handle), receivedAt };
  const rows = new Map(points.map((point) => [point, [point, receivedAt.getFullYear() % 100, 0, 0]]));
  await faced(archive, challenge, defense, await archived(archive, challenge, author, rows), new Set(points));
}

const lines = () =>
  archive.db.houseScore.findMany({ where: { challengeId: challenge.row.id }, orderBy: { attack: "asc" } });

/** Of each attacker, by handle, what the board of people says. */
async function board() {
  await refreshBoards(archive.db, challenge.row.id);
  const where = { challengeId: challenge.row.id };
  const scores = await archive.db.attackerScore.findMany({ where, include: { person: true } });
  return Object.fromEntries(scores.map(({ person, ...score }) => [person.handle, score]));
}

describe("the board of attacks has a line for each house attack", () => {
  test("whose tiers add up on one defense, and whose success is the mean over defenses", async () => {
    const [one, two] = [await defenseOf("ann", [20]), await defenseOf("bob")];
    await housed(archive, challenge, one, { attack: "apgd-ce", broken: [0, 1], queries: 20 });
    await housed(archive, challenge, one, { attack: "square", broken: [] });
    await housed(archive, challenge, one, { attack: "apgd-ce", tier: "full", broken: [2], queries: 100 });
    await housed(archive, challenge, two, { attack: "apgd-ce", broken: [] });
    expect(await lines()).toMatchObject([
      { attack: "apgd-ce", name: "APGD-CE", met: 2, attacked: BigInt(3 * POINTS), queries: BigInt(130 * POINTS) },
      { attack: "square", name: "Square", met: 1, success: 0 },
    ]);
    expect((await lines())[0]!.success).toBeCloseTo(3 / (POINTS - 1) / 2, 12);
    const { attack, success, met, attacked, queries } = (await lines())[0]!;
    const where = { challengeId: challenge.row.id, attack };
    expect(await archive.db.houseScoreDay.findMany({ where }), "one line a day").toMatchObject([
      { success, met, attacked, queries },
    ]);
  });

  test("a stage that is recorded again, or in which the runner died, breaks nothing more", async () => {
    const defense = await defenseOf("ann");
    const stage = { id: "full/fab-t", attack: "fab-t", variant: "exact", iterations: 100, targets: 9 } as const;
    for (let i = 0; i < 2; i++) {
      await housed(archive, challenge, defense, { attack: "noise", broken: [3] });
      await recordEnded(archive.context, challenge, defense, stage, "memory");
    }
    expect(await lines()).toMatchObject([
      { attack: "fab-t", met: 1, success: 0, attacked: 0n },
      { attack: "noise", met: 1, success: 1 / POINTS, attacked: BigInt(POINTS) },
    ]);
  });
});

describe("the house is on the board of people, marked", () => {
  test("with the union of what its attacks broke of each ranked defense, and what they broke first", async () => {
    const [one] = [await defenseOf("ann"), await defenseOf("bob")];
    await attacked("cho", longAgo, one, [0]);
    await housed(archive, challenge, one, { attack: "apgd-ce", broken: [0, 1] });
    await housed(archive, challenge, one, { attack: "square", broken: [2] });
    expect(await board()).toMatchObject({
      gauntlet: { house: true, score: 3 / POINTS / 2, firstBreaks: 2, attacks: 2, queries: 20n },
      cho: { house: false, score: 1 / POINTS / 2, firstBreaks: 1, attacks: 1 },
    });
  });

  test("and what it broke is nobody's first break from then on, but earns its author as much as ever", async () => {
    const defense = await defenseOf("ann");
    await housed(archive, challenge, defense, { attack: "apgd-ce", broken: [0, 1] });
    await attacked("cho", later, defense, [1, 2]);
    expect(await board()).toMatchObject({
      gauntlet: { firstBreaks: 2 },
      cho: { score: 2 / POINTS, firstBreaks: 1 },
    });
  });

  test("but not before it has run anything", async () => {
    await houseAccount(archive.db);
    await attacked("cho", longAgo, await defenseOf("ann"), [0]);
    expect(Object.keys(await board())).toEqual(["cho"]);
  });
});
