import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onesOf } from "#contest/bits.ts";
import { refreshBoards } from "#evaluator/boards.ts";
import { type Archive, admitted, archived, faced, openArchive, POINTS } from "#evaluator/testing/archive.ts";

let archive: Archive;
beforeAll(async () => {
  archive = await openArchive();
});
afterAll(() => archive?.close());

const PEOPLE = ["ann", "bob", "cho"];
/** No row of this point ever breaks anything: it tells files with the same other rows apart. */
const SIGNATURE = POINTS - 1;
const minute = (n: number) => new Date(Date.UTC(2026, 10, 1, 0, n));

/** Attacked points and what their rows look like: looks are ten steps apart, touches at most two. */
const rows = fc.uniqueArray(
  fc.record({ point: fc.nat(5), look: fc.nat(2), touch: fc.nat(2), breaks: fc.tuple(fc.boolean(), fc.boolean()) }),
  { maxLength: 6, selector: (row) => row.point },
);
const attacks = fc.array(fc.record({ person: fc.nat(2), received: fc.nat(3), rows }), { minLength: 1, maxLength: 6 });
type Entry = { person: number; received: number; rows: { point: number; look: number; breaks: boolean[] }[] };

/** Rule 10 on defense `d`, word by word: what each person earned and broke first, of the points right when clean. */
function reference(entries: (Entry & { id: string })[], d: number, wrong: number[]) {
  const inOrder = entries.toSorted((a, b) => a.received - b.received || (a.id < b.id ? -1 : 1));
  const credits = new Map<number, { earned: Set<number>; firstBreaks: number }>();
  const seen: { person: number; point: number; look: number }[] = [];
  for (const { person, rows } of inOrder) {
    const breaking = rows.filter(({ point, breaks }) => breaks[d] && !wrong.includes(point));
    if (breaking.length === 0) continue;
    const credit = credits.get(person) ?? { earned: new Set(), firstBreaks: 0 };
    credits.set(person, credit);
    for (const { point, look } of breaking) {
      if (!seen.some((s) => s.point === point)) credit.firstBreaks++;
      const copied = seen.some((s) => s.person !== person && s.point === point && s.look === look);
      if (!copied) credit.earned.add(point);
    }
    seen.push(...breaking.map(({ point, look }) => ({ person, point, look })));
  }
  return credits;
}

/** Two defenses (the second is ann's own) and the attacks, recorded in the order of `keys`. */
async function played(entries: Entry[], wrong: number[], keys: number[], touches: (i: number) => number[]) {
  const challenge = await archive.challenge();
  const people = await Promise.all(PEOPLE.map((handle) => archive.person(handle)));
  const owner = await archive.person("defender");
  const own = { receivedAt: minute(0), wrong };
  const defenses = [
    await admitted(archive, challenge, { personId: owner, ...own }),
    await admitted(archive, challenge, { personId: people[0]!, ...own }),
  ];
  const made = [];
  for (const [i, entry] of entries.entries()) {
    const touch = touches(i);
    const pixels = new Map([[SIGNATURE, [i, 0, 0, 0]]]);
    for (const [r, { point, look }] of entry.rows.entries())
      pixels.set(point, [20 + 10 * look + touch[r]!, 10 * look, 0, touch[r]!]);
    const author = { personId: people[entry.person]!, receivedAt: minute(entry.received), queries: 10 ** i };
    made.push({ ...entry, attack: await archived(archive, challenge, author, pixels) });
  }
  const pairs = made.flatMap((entry) => defenses.map((defense, d) => ({ entry, defense, d })));
  const order = pairs.map((pair, i) => ({ pair, key: keys[i]! })).sort((a, b) => a.key - b.key);
  for (const { pair } of order) {
    const broken = pair.entry.rows.filter(({ breaks }) => breaks[pair.d]).map(({ point }) => point);
    await faced(archive, challenge, pair.defense, pair.entry.attack, new Set(broken));
  }
  return { challenge, people, defenses, entries: made.map((m) => ({ ...m, id: m.attack.id })) };
}

const wrong = fc.uniqueArray(fc.nat(5), { maxLength: 2 });
const keys = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 });

test("credits and scores are those of rule 10 by time of receipt, in whatever order attacks were evaluated", async () => {
  await fc.assert(
    fc.asyncProperty(attacks, wrong, keys, async (given, wrongPoints, order) => {
      const touches = (i: number) => given[i]!.rows.map(({ touch }) => touch);
      const { challenge, people, defenses, entries } = await played(given, wrongPoints, order, touches);
      const expected = defenses.map((_, d) => reference(entries, d, wrongPoints));
      for (const [d, defense] of defenses.entries()) {
        const found = await archive.db.attackerCredit.findMany({ where: { defenseId: defense.id } });
        const plain = found.map(({ personId, earned, firstBreaks }) => [people.indexOf(personId), earned, firstBreaks]);
        const wanted = [...expected[d]!].map(([person, credit]) => [person, credit.earned.size, credit.firstBreaks]);
        expect(plain.toSorted()).toEqual(wanted.toSorted());
      }
      await refreshBoards(archive.db, challenge.row.id);
      const scores = await archive.db.attackerScore.findMany({ where: { challengeId: challenge.row.id } });
      expect(scores.map(({ personId }) => people.indexOf(personId)).toSorted()).toEqual(
        [...new Set(entries.map(({ person }) => person))].toSorted(),
      );
      for (const score of scores) {
        const person = people.indexOf(score.personId);
        const theirs = entries.filter((entry) => entry.person === person);
        const others = expected.filter((_, d) => defenses[d]!.personId !== score.personId);
        const mean = (of: number[]) => of.reduce((a, b) => a + b, 0) / of.length;
        expect(score.score).toBeCloseTo(
          mean(others.map((credits) => (credits.get(person)?.earned.size ?? 0) / (POINTS - wrongPoints.length))),
          12,
        );
        expect(score).toMatchObject({
          firstBreaks: others.reduce((sum, credits) => sum + (credits.get(person)?.firstBreaks ?? 0), 0),
          attacks: theirs.length,
          queries: BigInt(theirs.reduce((sum, entry) => sum + 10 ** entries.indexOf(entry), 0)),
          firstAt: minute(Math.min(...theirs.map(({ received }) => received))),
        });
      }
    }),
    { numRuns: 10 },
  );
}, 120_000);

const breaksBoth = (point: number, look: number) => ({ point, look, breaks: [true, true] });

test("a copy of somebody else's row earns nothing though it is evaluated first; a copy of one's own does", async () => {
  const entries: Entry[] = [
    { person: 1, received: 1, rows: [breaksBoth(0, 0), breaksBoth(1, 0)] },
    { person: 2, received: 2, rows: [breaksBoth(0, 0), breaksBoth(1, 1)] },
    { person: 1, received: 3, rows: [breaksBoth(0, 0), breaksBoth(1, 0)] },
  ];
  // The second attack is two steps away from the first in one pixel and in another.
  const { people, defenses, entries: made } = await played(entries, [], [6, 5, 4, 3, 2, 1], (i) => [2 * (i % 2), 0]);
  const where = { defenseId: defenses[0]!.id };
  const credits = await archive.db.attackerCredit.findMany({ where });
  expect(credits.find(({ personId }) => personId === people[1])).toMatchObject({ earned: 2, firstBreaks: 2 });
  expect(credits.find(({ personId }) => personId === people[2])).toMatchObject({ earned: 1, firstBreaks: 0 });
  const earned = async (i: number) =>
    onesOf((await archive.db.evaluation.findFirstOrThrow({ where: { ...where, attackId: made[i]!.id } })).earned!);
  expect(await earned(1)).toEqual([1]);
  // Point 0 was in somebody else's archived row by then, though that was a copy of this author's; point 1 only in theirs.
  expect(await earned(2)).toEqual([1]);
});
