import { getBit } from "#contest/bits.ts";
import { judge, NOT_ATTACKED } from "#contest/verdict.ts";
import type { Step } from "#evaluator/admit-defense.ts";
import type { Context } from "#evaluator/context.ts";
import { measureRows } from "#evaluator/measure.ts";
import { floats, type LoadedChallenge, pointsOf } from "#evaluator/points.ts";
import { disqualify, recordAttack } from "#evaluator/record-attack.ts";
import { readArtifact } from "#store/artifacts.ts";
import type { Attack, Defense } from "#store/generated/client.ts";

type Target = Pick<Defense, "id" | "modelSha" | "randomised" | "cleanBits">;

/** An attack with its rows in memory. */
export interface LoadedAttack {
  row: Attack;
  points: Uint32Array;
  rows: Float32Array;
}

export async function loadAttack(row: Attack): Promise<LoadedAttack> {
  const points = pointsOf(row);
  return { row, points, rows: floats(await readArtifact(row.examplesSha)) };
}

/**
 * Measures attacks against one defense in one throw-away process, and records an evaluation for each. Attacks that have
 * an evaluation already are the caller's to leave out; recording one twice changes nothing.
 */
export async function evaluatePairs(
  context: Context,
  challenge: LoadedChallenge,
  defense: Target,
  attacks: LoadedAttack[],
  step: Pick<Step, "signal"> & { onProgress?: (done: number, total: number) => void },
): Promise<void> {
  const total = attacks.reduce((sum, attack) => sum + attack.points.length, 0);
  const rows = new Float32Array(total * challenge.size);
  const noiseNames: string[] = [];
  for (const attack of attacks) {
    rows.set(attack.rows, noiseNames.length * challenge.size);
    for (const point of attack.points) noiseNames.push(`point:${point}`);
  }
  const draws = defense.randomised ? challenge.file.draws : 1;
  const subject = { modelSha: defense.modelSha, draws };
  const measured = await measureRows(context, challenge, subject, { rows, noiseNames }, step);
  if (measured.unstable) {
    const { by } = measured.unstable;
    return disqualify(context, challenge, defense.id, { flag: "batch-dependent", by });
  }
  let at = 0;
  for (const attack of attacks) {
    const answers = new Uint16Array(challenge.labels.length).fill(NOT_ATTACKED);
    attack.points.forEach((point, i) => {
      answers[point] = measured.answers[at + i]!;
    });
    at += attack.points.length;
    const judged = judge(answers, challenge.labels, (point) => getBit(defense.cleanBits!, point));
    await recordAttack(context, challenge, { defense, attack: attack.row, answers, judged, measured });
  }
}
