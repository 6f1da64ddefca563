import { ModelFacts } from "#contest/report.ts";
import type { Context } from "#evaluator/context.ts";
import { type HouseTarget, probesOf } from "#evaluator/house.ts";
import { floats, type LoadedChallenge, pointsOf } from "#evaluator/points.ts";
import { readArtifact } from "#store/artifacts.ts";
import type { Defense } from "#store/generated/client.ts";

/** Archived attacks of the challenge's baselines whose examples the gauntlet starts from: its transfer set. */
const TRANSFERS = 4;

/** A defense as the house attacks it at the given points, ascending. */
export async function targetOf(
  context: Context,
  challenge: LoadedChallenge,
  defense: Defense,
  points: number[],
): Promise<HouseTarget> {
  const starts = await startsOf(context, challenge, points);
  const probes = probesOf(challenge.points, challenge.size);
  return { ...modelOf(defense), inputs: challenge.points, points, starts, probes };
}

export const modelOf = ({ modelSha, facts }: Defense) => ({ modelSha, facts: ModelFacts.parse(facts) });

/** Rows of the baselines' attacks on points that stand: they did not fool this defense, but may lie close to what does. */
async function startsOf(
  context: Context,
  challenge: LoadedChallenge,
  points: number[],
): Promise<HouseTarget["starts"]> {
  const attacks = await context.db.attack.findMany({
    where: { challengeId: challenge.row.id, origin: "baseline" },
    orderBy: [{ receivedAt: "asc" }, { id: "asc" }],
    take: TRANSFERS,
  });
  const placeOf = new Map(points.map((point, place) => [point, place]));
  const starts: [place: number, example: Float32Array][] = [];
  for (const attack of attacks) {
    const values = floats(await readArtifact(attack.examplesSha));
    pointsOf(attack).forEach((point, row) => {
      const place = placeOf.get(point);
      if (place !== undefined) starts.push([place, values.subarray(row * challenge.size, (row + 1) * challenge.size)]);
    });
  }
  const examples = new Float32Array(starts.length * challenge.size);
  for (const [i, [, example]] of starts.entries()) examples.set(example, i * challenge.size);
  return { rows: starts.map(([place]) => place), examples };
}
