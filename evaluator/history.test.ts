import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RecordRow, replay } from "#contest/history.ts";
import { levelOf } from "#contest/standing.ts";
import { closeBoss } from "#data/boss.ts";
import { readLives, readScope } from "#data/challenge-history.ts";
import { readFrontier, readSurvival } from "#data/challenge-survival.ts";
import { readDefenseBoard } from "#data/defense-board.ts";
import { readCourse } from "#data/history.ts";
import { chooseRanked, withdraw } from "#data/submission-actions.ts";
import type { Viewer } from "#data/viewer.ts";
import { refreshBoards } from "#evaluator/boards.ts";
import { disqualify } from "#evaluator/record-attack.ts";
import { recordTier } from "#evaluator/record-tier.ts";
import { type Archive, admitted, archived, faced, housed, openArchive, POINTS } from "#evaluator/testing/archive.ts";

let archive: Archive;
beforeAll(async () => {
  archive = await openArchive();
});
afterAll(async () => {
  await closeBoss();
  await archive?.close();
});

const points = fc.uniqueArray(fc.nat(POINTS - 1), { maxLength: 8 });
const author = fc.constantFrom("ann", "bob", "organizer");
const HOUSE = ["apgd-ce", "square", "noise", "fab-t"] as const;

/** What may happen to a challenge; a number picks a defense of those that are there. */
const event = fc.oneof(
  fc.record({ act: fc.constant("defend" as const), author, wrong: points, claim: fc.constantFrom(0, 0.8, 0.95) }),
  fc.record({ act: fc.constant("attack" as const), broken: points, lesser: points }),
  fc.record({ act: fc.constant("house" as const), at: fc.nat(), attack: fc.constantFrom(...HOUSE), broken: points }),
  fc.record({
    act: fc.constant("pass" as const),
    at: fc.nat(),
    tier: fc.constantFrom("quick" as const, "full" as const),
  }),
  fc.record({ act: fc.constantFrom("withdraw" as const, "choose" as const, "disqualify" as const), at: fc.nat() }),
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** A challenge to which these events happen, one after the other, with what its pages told after each. */
async function play(events: Event[]) {
  const { db, context } = archive;
  const challenge = await archive.challenge();
  const challengeId = challenge.row.id;
  const where = { challengeId };
  const apply = async (step: Event, n: number) => {
    const receivedAt = new Date(Date.UTC(2026, 0, 1, 0, n));
    if (step.act === "defend") {
      const { wrong, claim } = step;
      const personId = await archive.person(step.author);
      await admitted(archive, challenge, { personId, receivedAt, wrong, claim, tier: "none" });
      return;
    }
    const defenses = await db.defense.findMany({ where, orderBy: { admittedAt: "asc" } });
    if (step.act === "attack") {
      const rows = new Map(Array.from({ length: POINTS }, (_, i) => [i, [n % 250, 0, 0, i]]));
      const attack = await archived(archive, challenge, { personId: await archive.person("eve"), receivedAt }, rows);
      for (const [i, defense] of defenses.entries())
        await faced(archive, challenge, defense, attack, new Set(i === 0 ? step.broken : step.lesser));
      return;
    }
    const defense = defenses[step.at % Math.max(1, defenses.length)];
    if (!defense) return;
    const { id, personId } = defense;
    if (step.act === "house") await housed(archive, challenge, defense, { attack: step.attack, broken: step.broken });
    if (step.act === "pass") await recordTier(context, challenge, id, step.tier);
    if (step.act === "withdraw") await withdraw({ id: personId } as Viewer, id);
    if (step.act === "choose") await chooseRanked({ id: personId } as Viewer, id);
    if (step.act === "disqualify") await disqualify(context, challenge, id, { flag: "batch-dependent", by: 1 });
  };
  const told = [];
  for (const [n, step] of events.entries()) {
    await apply(step, n);
    await refreshBoards(db, challengeId);
    const board = (await readDefenseBoard(null, challenge.row.slug, {}))!;
    const at = new Date();
    // What happens next has a later time.
    await sleep(2);
    told.push({ at, board, defenses: await db.defense.findMany({ where }) });
  }
  return { challenge, told };
}

const stateOf = (rows: RecordRow[], at: Date) => {
  const { standing, tier, unranked, withdrawn, refuted } = replay(rows, at);
  return { standing, tier, unranked, withdrawn, refuted };
};

test("replayed from its record to any moment, each defense is what it then was, and so is the whole board", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 12 }), async (events) => {
      const { challenge, told } = await play(events);
      for (const { at, board, defenses } of told) {
        for (const defense of defenses) {
          const rows = await archive.db.historyRecord.findMany({
            where: { defenseId: defense.id },
            orderBy: [{ at: "asc" }, { id: "asc" }],
          });
          const { standing, tier, unranked, n } = defense;
          const now = { withdrawn: defense.withdrawnAt !== null, refuted: defense.claimRefutedAt !== null };
          expect(stateOf(rows, at)).toEqual({ standing, tier, unranked, ...now });
          expect(defense.level).toBe(levelOf(standing / n, challenge.file.thresholds));
          const course = await readCourse(null, defense, at);
          expect(course.faced).toBe(defense.faced);
          expect(course.falls.at(-1)!.standing).toBe(standing);
        }
        const then = (await readDefenseBoard(null, challenge.row.slug, { at: at.toISOString() }))!;
        expect(then.problems).toEqual([]);
        expect(then.rows).toEqual(board.rows);
        expect(then.total).toBe(board.total);
        const scope = (await readScope(null, challenge.row.slug, { at: at.toISOString() }))!;
        const frontier = await readFrontier(scope, POINTS);
        const leader = board.rows.find(({ rank }) => rank === 1);
        expect(frontier.at(-1)?.robust ?? null).toBe(leader?.robust ?? null);
        expect(frontier.at(-1)?.defense?.id ?? null).toBe(leader?.id ?? null);
        const lives = (await readLives(null, challenge.row.slug, { at: at.toISOString() }))!;
        const broken = board.rows.filter(({ level }) => level === "broken" || level === "collapsed");
        const ended = lives.rows.filter((life) => life.ended !== null);
        expect(ended.map(({ id }) => id).toSorted()).toEqual(broken.map(({ id }) => id).toSorted());
        const { broke, stood } = await readSurvival(scope);
        expect({ broke, stood }).toEqual({ broke: broken.length, stood: board.rows.length - broken.length });
      }
    }),
    { numRuns: 10 },
  );
}, 120_000);

test("nothing changes a row of the record", async () => {
  const { told } = await play([{ act: "defend", author: "ann", wrong: [], claim: 0 }]);
  const where = { defenseId: told[0]!.defenses[0]!.id };
  const { db } = archive;
  const before = await db.historyRecord.findMany({ where });
  await expect(db.historyRecord.updateMany({ where, data: { taken: 1 } })).rejects.toThrow(/append-only/);
  await expect(db.historyRecord.deleteMany({ where })).rejects.toThrow(/append-only/);
  await expect(db.$executeRawUnsafe('TRUNCATE "HistoryRecord"')).rejects.toThrow(/append-only/);
  expect(await db.historyRecord.findMany({ where })).toEqual(before);
});

test("the attacks that a defense has faced are recorded at 1, 2, 5 and 10", async () => {
  const attack = { act: "attack" as const, broken: [], lesser: [] };
  const { told } = await play([{ act: "defend", author: "ann", wrong: [], claim: 0 }, ...Array(11).fill(attack)]);
  const defenseId = told[0]!.defenses[0]!.id;
  const rows = await archive.db.historyRecord.findMany({ where: { defenseId, kind: "faced" }, orderBy: { id: "asc" } });
  expect(rows.map(({ detail }) => detail)).toEqual([1, 2, 5, 10].map((faced) => ({ faced })));
});
