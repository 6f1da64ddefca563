import "server-only";
import { CorruptionAccuracies } from "#contest/beyond.ts";
import { getBit } from "#contest/bits.ts";
import { type CurveStep, curveOf, fallenWithin } from "#contest/curve.ts";
import { wholePercents } from "#data/defense-board.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

/** What is known of a defense at other radii and on other inputs; each part null until it was measured. */
export interface Beyond {
  curve: { steps: CurveStep[]; ended: string | null } | null;
  corruptions: CorruptionAccuracies | null;
  /** Of a fixed part of the holdout, in whole percents: right when clean, and standing after the gauntlet. */
  holdout: { n: number; clean: number; standing: number | null } | null;
}

/** Reads the curve over radii and what lies beyond the ball, both measured behind the full gauntlet. */
export async function readBeyond(_viewer: Viewer | null, defenseId: string): Promise<Beyond> {
  const where = { defenseId };
  const [curve, beyond] = await Promise.all([
    database().curve.findUnique({
      where,
      select: {
        ...{ distances: true, ended: true },
        defense: { select: { standingBits: true, challenge: { select: { epsilon: true } } } },
      },
    }),
    database().beyond.findUnique({ where }),
  ]);
  return {
    curve: curve && { steps: stepsOf(curve), ended: curve.ended },
    corruptions: CorruptionAccuracies.nullable()
      .catch(null)
      .parse(beyond?.corruptions ?? null),
    holdout:
      beyond && beyond.holdoutN > 0
        ? {
            n: beyond.holdoutN,
            clean: wholePercents(beyond.holdoutClean, beyond.holdoutN)!,
            standing: beyond.holdoutStanding === null ? null : wholePercents(beyond.holdoutStanding, beyond.holdoutN),
          }
        : null,
  };
}

interface Measured {
  distances: Uint8Array;
  defense: { standingBits: Uint8Array | null; challenge: { epsilon: number } };
}

/** The curve with what fell since it was measured: at the challenge's radius it is at most the robust accuracy. */
function stepsOf({ distances, defense: { standingBits, challenge } }: Measured): CurveStep[] {
  const stands = (point: number) => standingBits === null || getBit(standingBits, point);
  return curveOf(fallenWithin(new Float32Array(distances.slice().buffer), stands, challenge.epsilon));
}
