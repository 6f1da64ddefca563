import { createHash } from "node:crypto";
import { minus, onesOf } from "#contest/bits.ts";

/** Rule 10: how many examples of an attack anybody may see before the reveal date. */
export const DOZEN = 12;

/** What decides how much of an attack somebody sees. Points are indices into the challenge's points. */
export interface GalleryCase {
  /** The points that the attack has an admissible example for, ascending. */
  points: Uint32Array;
  /** SHA-256 of the examples, hex. */
  examplesSha: string;
  revealsAt: Date | null;
  now: Date;
  /** The viewer made the attack, or may see what the challenge's organizers see; or it is a baseline, which all may. */
  trusted: boolean;
  /** The attack was made for a defense of the viewer's. */
  againstViewer: boolean;
  /** For each defense of the viewer's that the attack met: its bits when clean, and the evaluation's. */
  viewersDefenses: { clean: Uint8Array; bits: Uint8Array }[];
}

/**
 * Rule 10: the points whose examples may be seen, ascending. All of them for the attack's author and the organizers,
 * for everybody once the reveal date has passed, and for the author of the defense that the attack was made for. Before
 * that, a dozen for anybody, and for the author of a defense also those that broke it. The dozen follows from the
 * examples alone, so that asking again, or later, shows no others.
 */
export function openPoints(given: GalleryCase): { all: boolean; points: number[] } {
  const { points, revealsAt, now } = given;
  const revealed = revealsAt !== null && revealsAt <= now;
  if (revealed || given.trusted || given.againstViewer) return { all: true, points: [...points] };
  const open = new Set(dozen(points, given.examplesSha));
  const attacked = new Set(points);
  for (const { clean, bits } of given.viewersDefenses)
    for (const point of onesOf(minus(clean, bits))) if (attacked.has(point)) open.add(point);
  return { all: open.size === points.length, points: [...open].sort((a, b) => a - b) };
}

/** The twelve points whose hash with the examples' own is lowest: nobody chooses them, and they never change. */
export function dozen(points: Uint32Array, examplesSha: string): number[] {
  const order = (point: number) => createHash("sha256").update(`${examplesSha} ${point}`).digest("hex");
  return [...points]
    .map((point) => ({ point, hash: order(point) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
    .slice(0, DOZEN)
    .map(({ point }) => point);
}
