import "server-only";
import { and } from "#contest/bits.ts";
import { breakerOf } from "#data/breaks.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

/**
 * One evaluation in full: what was measured, on what, with what. `id` is its number as a text. Null when there is none.
 * Of the holdout only the fact that it was measured is told; its accuracy, in whole percents, stands on the defense.
 */
export async function readEvaluation(_viewer: Viewer | null, id: string) {
  if (!/^[0-9]{1,18}$/.test(id)) return null;
  const evaluation = await database().evaluation.findUnique({
    where: { id: BigInt(id) },
    include: {
      challenge: { select: { slug: true, title: true, n: true } },
      defense: { select: { id: true, name: true, cleanBits: true, person: { select: { handle: true, name: true } } } },
      attack: { select: { id: true, name: true, points: true, person: { select: { handle: true, name: true } } } },
    },
  });
  if (!evaluation) return null;
  const { attack, answers: _, ...row } = evaluation;
  const held = row.kind === "holdout";
  return {
    ...row,
    id,
    /** Of a house attack, which is run on what still stands: the points that stood before it. Null for others. */
    stood: row.kind === "house" ? await stoodBefore(row.defenseId, row.id) : null,
    by: breakerOf(attack, row),
    attack: attack && { id: attack.id, name: attack.name, person: attack.person },
    ...(held && { attacked: 0, broken: 0, invalid: 0, crashed: 0, bits: null, distances: null }),
    /** Points that the attack has an admissible example for; null where it is not a participant's attack. */
    points: attack === null ? null : uint32(attack.points),
  };
}
export type EvaluationView = NonNullable<Awaited<ReturnType<typeof readEvaluation>>>;

/** The points of a defense that stood before an evaluation of it: what every earlier one that took something left. */
async function stoodBefore(defenseId: string, id: bigint): Promise<Uint8Array | null> {
  const earlier = await database().evaluation.findMany({
    where: { defenseId, id: { lt: id }, bits: { not: null }, OR: [{ kind: "clean" }, { taken: { gt: 0 } }] },
    select: { bits: true },
  });
  const [first, ...others] = earlier.map(({ bits }) => bits!);
  return first === undefined ? null : others.reduce((standing, bits) => and(standing, bits), first);
}

/** The little-endian uint32 values in `bytes`; copied, since a database's buffer need not be aligned. */
export function uint32(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer);
}
