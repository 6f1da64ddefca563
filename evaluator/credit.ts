import { allOnes, and, minus, onesOf, or, popcount, setBit } from "#contest/bits.ts";
import { isCopy } from "#contest/ranking.ts";
import { floats, type LoadedChallenge, pointsOf } from "#evaluator/points.ts";
import { readArtifact } from "#store/artifacts.ts";
import type { Defense, Prisma } from "#store/generated/client.ts";

interface Breaking {
  id: bigint;
  bits: Uint8Array;
  earned: Uint8Array | null;
  attack: { id: string; personId: string; points: Uint8Array; examplesSha: string; receivedAt: Date };
}

/**
 * Rule 10 on one defense, after `attackId` broke some of it: which broken points earn their author something (a copy of
 * somebody else's earlier row that broke the same point does not), each person's union, and who broke a point first, by
 * time of receipt. Runs under the defense's lock. Attacks received later are looked at again, since the new one may be
 * what they copied.
 */
export async function creditBreaks(
  tx: Prisma.TransactionClient,
  challenge: LoadedChallenge,
  defense: Defense,
  attackId: string,
): Promise<void> {
  const evaluations: Breaking[] = (
    await tx.evaluation.findMany({
      where: { defenseId: defense.id, kind: "attack", broken: { gt: 0 } },
      select: {
        id: true,
        bits: true,
        earned: true,
        attack: { select: { id: true, personId: true, points: true, examplesSha: true, receivedAt: true } },
      },
      orderBy: [{ attack: { receivedAt: "asc" } }, { attackId: "asc" }],
    })
  ).map((row) => ({ ...row, bits: row.bits!, attack: row.attack! }));
  const from = evaluations.findIndex((e) => e.attack.id === attackId);
  for (let i = from; i >= 0 && i < evaluations.length; i++) {
    const evaluation = evaluations[i]!;
    const earned = await earnedBits(challenge, defense, evaluation, evaluations.slice(0, i));
    if (evaluation.earned && Buffer.compare(evaluation.earned, earned) === 0) continue;
    evaluation.earned = earned;
    await tx.evaluation.update({ where: { id: evaluation.id }, data: { earned } });
  }
  await writeCredits(tx, defense, evaluations, await houseBreaks(tx, defense.id));
}

async function earnedBits(challenge: LoadedChallenge, defense: Defense, evaluation: Breaking, earlier: Breaking[]) {
  const earned = minus(defense.cleanBits!, evaluation.bits);
  const rivals = earlier.filter((other) => other.attack.personId !== evaluation.attack.personId);
  for (const rival of rivals) {
    const shared = onesOf(minus(earned, rival.bits));
    if (shared.length === 0) continue;
    const [own, theirs] = await Promise.all([rowsOf(challenge, evaluation), rowsOf(challenge, rival)]);
    for (const point of shared)
      if (isCopy(own(point)!, theirs(point)!, challenge.arena.grid)) setBit(earned, point, false);
  }
  return earned;
}

/** The rows of an attack by point. */
async function rowsOf(
  challenge: LoadedChallenge,
  { attack }: Breaking,
): Promise<(point: number) => Float32Array | undefined> {
  const points = pointsOf(attack);
  const place = new Map(Array.from(points, (point, i) => [point, i]));
  const rows = floats(await readArtifact(attack.examplesSha));
  return (point) => {
    const i = place.get(point);
    return i === undefined ? undefined : rows.subarray(i * challenge.size, (i + 1) * challenge.size);
  };
}

/** What the house broke, when. It earns nothing, but what it broke first is nobody's first break. */
async function houseBreaks(tx: Prisma.TransactionClient, defenseId: string): Promise<{ at: Date; bits: Uint8Array }[]> {
  const rows = await tx.evaluation.findMany({
    where: { defenseId, kind: "house", broken: { gt: 0 } },
    select: { createdAt: true, bits: true },
    orderBy: { createdAt: "asc" },
  });
  return rows.map(({ createdAt, bits }) => ({ at: createdAt, bits: bits! }));
}

async function writeCredits(
  tx: Prisma.TransactionClient,
  defense: Defense,
  evaluations: Breaking[],
  house: { at: Date; bits: Uint8Array }[],
): Promise<void> {
  const untouched = allOnes(defense.n);
  let unbroken: Uint8Array<ArrayBuffer> = untouched;
  const people = new Map<string, { earned: Uint8Array<ArrayBuffer>; firsts: number }>();
  let seen = 0;
  for (const { bits, earned, attack } of evaluations) {
    for (; seen < house.length && house[seen]!.at < attack.receivedAt; seen++)
      unbroken = minus(unbroken, minus(defense.cleanBits!, house[seen]!.bits));
    const broke = minus(defense.cleanBits!, bits);
    const person = people.get(attack.personId) ?? { earned: new Uint8Array(bits.length), firsts: 0 };
    person.firsts += popcount(and(broke, unbroken));
    person.earned = or(person.earned, earned ?? broke);
    people.set(attack.personId, person);
    unbroken = minus(unbroken, broke);
  }
  for (const [personId, { earned, firsts }] of people) {
    const counts = { earned: popcount(earned), firstBreaks: firsts };
    await tx.attackerCredit.upsert({
      where: { personId_defenseId: { personId, defenseId: defense.id } },
      create: { personId, defenseId: defense.id, challengeId: defense.challengeId, ...counts },
      update: counts,
    });
  }
}
