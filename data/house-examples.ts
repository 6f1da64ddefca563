import "server-only";
import { ChallengeFile } from "#contest/challenge.ts";
import { NOT_ATTACKED } from "#contest/verdict.ts";
import { readChallenge } from "#data/challenges.ts";
import { notFound, type Outcome, refuse } from "#data/outcome.ts";
import { isOrganizer, type Viewer } from "#data/viewer.ts";
import { readArtifact } from "#store/artifacts.ts";
import { database } from "#store/database.ts";
import type { Origin } from "#store/generated/enums.ts";

/** What the house found against one defense: an example a row, and the point that it attacks. */
export interface HouseExamples {
  /** [rows, channels, height, width]. */
  shape: number[];
  x: Float32Array<ArrayBuffer>;
  index: BigInt64Array<ArrayBuffer>;
}

/**
 * The examples that the gauntlet broke a defense's points with, in the order of its stages. For its author and the
 * challenge's organizers; for everybody from the challenge's reveal date.
 */
export async function houseExamples(viewer: Viewer | null, defenseId: string): Promise<Outcome<HouseExamples>> {
  const defense = await database().defense.findUnique({
    where: { id: defenseId.slice(0, 40) },
    include: { challenge: { select: { slug: true, revealsAt: true, organizerId: true, config: true } } },
  });
  const challenge = defense && (await readChallenge(viewer, defense.challenge.slug));
  if (!defense || !challenge) return notFound("defense");
  const { revealsAt } = defense.challenge;
  if (!seesAll(viewer, defense))
    return refuse(403, {
      code: "examples-closed",
      message: "What the house found against a defense is for its author, until the challenge reveals all examples.",
      ...(revealsAt && { expected: `a request after ${revealsAt.toISOString()}` }),
    });
  const rows = await database().evaluation.findMany({
    where: { defenseId: defense.id, kind: "house", examplesSha: { not: null } },
    orderBy: { id: "asc" },
    select: { answers: true, examplesSha: true },
  });
  const found = await Promise.all(
    rows.map(async ({ answers, examplesSha }) => ({ points: pointsOf(answers!), x: await readArtifact(examplesSha!) })),
  );
  const points = found.flatMap((stage) => stage.points);
  const bytes = new Uint8Array(Buffer.concat(found.map(({ x }) => x)));
  return {
    ok: true,
    shape: [points.length, ...challenge.config.data.shape],
    x: new Float32Array(bytes.buffer),
    index: BigInt64Array.from(points, BigInt),
  };
}

interface Attacked {
  personId: string;
  origin: Origin;
  challenge: { revealsAt: Date | null; organizerId: string; config: unknown };
}

/**
 * Whether the viewer may see all that the house found against a defense (rule 10), or only a dozen. Of a baseline
 * whose model is public from the start all may, since the same search on it finds the same; not where models are there to be
 * asked.
 */
export function seesAll(viewer: Viewer | null, { personId, origin, challenge }: Attacked): boolean {
  const revealed = challenge.revealsAt !== null && challenge.revealsAt <= new Date();
  return (
    (origin === "baseline" && !asksOnly(challenge.config)) ||
    revealed ||
    viewer?.id === personId ||
    isOrganizer(viewer, challenge)
  );
}

/** Whether a challenge's models are closed, its baselines' too, and only answer questions. */
export function asksOnly(config: unknown): boolean {
  return ChallengeFile.parse(config).queries !== null;
}

/** The points that a row of answers has one for, ascending: the order in which examples are kept. */
export function pointsOf(answers: Uint8Array): number[] {
  const values = new Uint16Array(answers.slice().buffer);
  return [...values.keys()].filter((point) => values[point] !== NOT_ATTACKED);
}
