import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { allOnes, and, onesOf, popcount } from "#contest/bits.ts";
import { breaksOf, levelOf } from "#contest/standing.ts";
import { disqualify } from "#evaluator/record-attack.ts";
import { type Archive, admitted, archived, faced, openArchive, POINTS } from "#evaluator/testing/archive.ts";
import type { Defense } from "#store/generated/client.ts";

let archive: Archive;
beforeAll(async () => {
  archive = await openArchive();
});
afterAll(() => archive?.close());

const day = (n: number) => new Date(Date.UTC(2026, 10, 1 + n));
const everyPoint = (step: number) => new Map(Array.from({ length: POINTS }, (_, i) => [i, [step, 0, 0, i]]));
const current = (defense: Defense) => archive.db.defense.findUniqueOrThrow({ where: { id: defense.id } });

/** A challenge with one defense and one attack for each set of points that it breaks. */
async function scene(wrong: number[], attacks: number[][], claim = 0) {
  const challenge = await archive.challenge();
  const [defender, attacker] = [await archive.person("defender"), await archive.person("attacker")];
  const defense = await admitted(archive, challenge, { personId: defender, receivedAt: day(0), wrong, claim });
  const made = [];
  for (const [i, broken] of attacks.entries()) {
    const attack = await archived(archive, challenge, { personId: attacker, receivedAt: day(i) }, everyPoint(i));
    made.push({ attack, record: () => faced(archive, challenge, defense, attack, new Set(broken)) });
  }
  return { challenge, defense, attacks: made };
}

/** Everything that recording an attack may change. */
async function everything() {
  const { db } = archive;
  const byId = { orderBy: { id: "asc" as const } };
  return {
    ...{ defenses: await db.defense.findMany(byId), attacks: await db.attack.findMany(byId) },
    ...{ evaluations: await db.evaluation.findMany(byId), records: await db.historyRecord.findMany(byId) },
    ...{
      credits: await db.attackerCredit.findMany({ orderBy: { personId: "asc" } }),
      notices: await db.notice.findMany(byId),
    },
  };
}

const points = fc.uniqueArray(fc.nat(POINTS - 1), { maxLength: POINTS });
const some = { numRuns: 12 };

test("the standing is the AND of all evaluations after each of them, and only falls", async () => {
  await fc.assert(
    fc.asyncProperty(points, fc.array(points, { maxLength: 6 }), async (wrong, sets) => {
      const { defense, attacks } = await scene(wrong, sets);
      let before = defense;
      for (const [i, { record }] of attacks.entries()) {
        await record();
        const after = await current(defense);
        const fallen = new Set([...wrong, ...sets.slice(0, i + 1).flat()]);
        expect(onesOf(after.standingBits!)).toEqual(onesOf(allOnes(POINTS)).filter((p) => !fallen.has(p)));
        expect(after.standing).toBe(POINTS - fallen.size);
        expect(after.standing).toBeLessThanOrEqual(before.standing);
        expect(after.faced).toBe(i + 1);
        before = after;
      }
      const all = await archive.db.evaluation.findMany({ where: { defenseId: defense.id, kind: { not: "holdout" } } });
      const union = all.reduce((bits, evaluation) => and(bits, evaluation.bits!), allOnes(POINTS));
      expect(before.standing).toBe(popcount(union));
      expect(all.reduce((sum, { taken }) => sum + taken, 0)).toBe(POINTS - before.standing);
    }),
    some,
  );
}, 120_000);

test("recorded at once and twice each, attacks leave what they leave one after the other", async () => {
  await fc.assert(
    fc.asyncProperty(points, fc.array(points, { minLength: 2, maxLength: 5 }), async (wrong, sets) => {
      const { defense, attacks, challenge } = await scene(wrong, sets);
      await Promise.all([...attacks, ...attacks.toReversed()].map(({ record }) => record()));
      const after = await current(defense);
      expect(after.standing).toBe(POINTS - new Set([...wrong, ...sets.flat()]).size);
      expect(after.faced).toBe(attacks.length);
      const evaluations = await archive.db.evaluation.findMany({
        where: { defenseId: defense.id, kind: "attack" },
        orderBy: { standingBefore: "desc" },
      });
      expect(evaluations).toHaveLength(attacks.length);
      const steps = evaluations.map(
        ({ standingBefore, standingAfter, taken }) => standingBefore - standingAfter - taken,
      );
      expect(new Set(steps)).toEqual(new Set([0]));
      const { thresholds } = challenge.file;
      const broken = await archive.db.historyRecord.findMany({ where: { defenseId: defense.id, kind: "broken" } });
      const expected = breaksOf(defense.standing, after.standing, POINTS, thresholds);
      expect(broken.map(({ threshold }) => threshold).toSorted()).toEqual(expected.toSorted());
      expect(after.level).toBe(levelOf(after.standing / POINTS, thresholds));
      for (const { attack } of attacks)
        expect(await archive.db.attack.findUniqueOrThrow({ where: { id: attack.id } })).toMatchObject({ met: 1 });
    }),
    some,
  );
}, 120_000);

test("recording twice changes nothing", async () => {
  const { attacks } = await scene([0], [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1]]);
  for (const { record } of attacks) await record();
  const before = await everything();
  for (const { record } of attacks) await record();
  expect(await everything()).toEqual(before);
});

test("a fall across several thresholds is a record each, by the attack that took them, and one notice", async () => {
  const { defense, attacks } = await scene(
    [],
    [[0], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [...Array(POINTS).keys()]],
  );
  for (const { record } of attacks) await record();
  const where = { defenseId: defense.id, kind: "broken" as const };
  const broken = await archive.db.historyRecord.findMany({ where, orderBy: { id: "asc" } });
  expect(broken).toMatchObject([
    { threshold: "weakened", attackId: attacks[1]!.attack.id, standingBefore: 20, standingAfter: 8, taken: 12 },
    { threshold: "broken", attackId: attacks[1]!.attack.id, standingBefore: 20, standingAfter: 8, taken: 12 },
    { threshold: "collapsed", attackId: attacks[2]!.attack.id, standingBefore: 8, standingAfter: 0, taken: 8 },
  ]);
  const notices = await archive.db.notice.findMany({
    where: { href: { endsWith: defense.id } },
    orderBy: { id: "asc" },
  });
  expect(notices.map(({ text }) => / is (\w+):/.exec(text)![1])).toEqual(["broken", "collapsed"]);
});

test("a claim is refuted once, when the interval of what stands lies below it", async () => {
  const { defense, attacks } = await scene([], [[0], [0, 1, 2, 3, 4, 5, 6, 7, 8], [9, 10]], 0.9);
  const refuted = async () =>
    archive.db.historyRecord.findMany({ where: { defenseId: defense.id, kind: "claim_refuted" } });
  await attacks[0]!.record();
  expect(await refuted()).toEqual([]);
  await attacks[1]!.record();
  await attacks[2]!.record();
  expect(await refuted()).toMatchObject([{ attackId: attacks[1]!.attack.id, standingAfter: 12 }]);
  expect((await current(defense)).claimRefutedAt).not.toBeNull();
});

test("an attack's success is the mean over the defenses met of what it broke of their clean points", async () => {
  const { challenge, defense, attacks } = await scene([0], [[0, 1, 2, 3, 4]]);
  const personId = await archive.person("defender");
  const other = await admitted(archive, challenge, { personId, receivedAt: day(9), wrong: [] });
  const { attack, record } = attacks[0]!;
  await Promise.all([record(), faced(archive, challenge, other, attack, new Set([7]))]);
  const { success, met } = await archive.db.attack.findUniqueOrThrow({ where: { id: attack.id } });
  expect(met).toBe(2);
  expect(success).toBeCloseTo((4 / defense.clean + 1 / POINTS) / 2, 12);
});

test("a defense is disqualified once, and stays with its reason", async () => {
  const { challenge, defense } = await scene([], []);
  await Promise.all(
    [0.1, 0.2].map((by) => disqualify(archive.context, challenge, defense.id, { flag: "batch-dependent", by })),
  );
  expect((await current(defense)).disqualified).toBe("batch-dependent");
  expect(await archive.db.historyRecord.count({ where: { defenseId: defense.id, kind: "flagged" } })).toBe(1);
});
