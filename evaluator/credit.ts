import { allOnes, and, minus, onesOf, or, popcount, setBit } from "#contest/bits.ts";
import { isCopy } from "#contest/ranking.ts";
import { floats, type LoadedChallenge, pointsOf } from "#evaluator/points.ts";
import { readArtifact } from "#store/artifacts.ts";
import type { Defense, Prisma } from "#store/generated/client.ts";
import { houseAccount } from "#store/house.ts";

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
  const evaluations = await breakingAttacks(tx, defense.id);
  const from = evaluations.findIndex((e) => e.attack.id === attackId);
  for (let i = from; i >= 0 && i < evaluations.length; i++) {
    const evaluation = evaluations[i]!;
    const earned = await earnedBits(challenge, defense, evaluation, evaluations.slice(0, i));
    if (evaluation.earned && Buffer.compare(evaluation.earned, earned) === 0) continue;
    evaluation.earned = earned;
    await tx.evaluation.update({ where: { id: evaluation.id }, data: { earned } });
  }
  await writeCredits(tx, defense, evaluations);
}

/** The same after the house broke some of it: what the house makes itself is nobody's copy. Runs under the defense's lock. */
export async function creditHouse(tx: Prisma.TransactionClient, defense: Defense): Promise<void> {
  await writeCredits(tx, defense, await breakingAttacks(tx, defense.id));
}

/** The participants' attacks that broke some of a defense, by time of receipt. */
async function breakingAttacks(tx: Prisma.TransactionClient, defenseId: string): Promise<Breaking[]> {
  const rows = await tx.evaluation.findMany({
    where: { defenseId, kind: "attack", broken: { gt: 0 } },
    select: {
      id: true,
      bits: true,
      earned: true,
      attack: { select: { id: true, personId: true, points: true, examplesSha: true, receivedAt: true } },
    },
    orderBy: [{ attack: { receivedAt: "asc" } }, { attackId: "asc" }],
  });
  return rows.map((row) => ({ ...row, bits: row.bits!, attack: row.attack! }));
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

/** Points of a defense that somebody broke at one time, and those of them that earn. */
interface Broke {
  personId: string;
  at: Date;
  broke: Uint8Array<ArrayBuffer>;
  earned: Uint8Array;
}

/** What the house's own attacks broke, in the order in which they were run. */
async function houseBreaks(tx: Prisma.TransactionClient, defense: Defense): Promise<Broke[]> {
  const rows = await tx.evaluation.findMany({
    where: { defenseId: defense.id, kind: "house", broken: { gt: 0 } },
    select: { createdAt: true, bits: true },
    orderBy: { createdAt: "asc" },
  });
  if (rows.length === 0) return [];
  const personId = await houseAccount(tx);
  return rows.map(({ createdAt, bits }) => {
    const broke = minus(defense.cleanBits!, bits!);
    return { personId, at: createdAt, broke, earned: broke };
  });
}

async function writeCredits(tx: Prisma.TransactionClient, defense: Defense, evaluations: Breaking[]): Promise<void> {
  const attacks = evaluations.map(({ bits, earned, attack }): Broke => {
    const broke = minus(defense.cleanBits!, bits);
    return { personId: attack.personId, at: attack.receivedAt, broke, earned: earned ?? broke };
  });
  // Of two at one moment the attack came first.
  const inOrder = [...attacks, ...(await houseBreaks(tx, defense))].sort((a, b) => a.at.getTime() - b.at.getTime());
  let unbroken: Uint8Array<ArrayBuffer> = allOnes(defense.n);
  const people = new Map<string, { earned: Uint8Array<ArrayBuffer>; firsts: number }>();
  for (const { personId, broke, earned } of inOrder) {
    const person = people.get(personId) ?? { earned: new Uint8Array(broke.length), firsts: 0 };
    person.firsts += popcount(and(broke, unbroken));
    person.earned = or(person.earned, earned);
    people.set(personId, person);
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
