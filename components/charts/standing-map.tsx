import { type PointKind, PointMap } from "#components/charts/point-map.tsx";
import { getBit } from "#contest/bits.ts";

const kinds: readonly PointKind[] = [
  { name: "standing", colour: "var(--color-standing)", weight: 0.8 },
  { name: "fallen to an attack", colour: "var(--color-broken)", weight: 0.4 },
  { name: "wrong without an attack", colour: "var(--color-strong)", weight: 0.14 },
];

/** Which points a defense still answers rightly, by its bits (contest/bits.ts) for `n` points. */
export function StandingMap({ n, standing, clean }: { n: number; standing: Uint8Array; clean: Uint8Array }) {
  const points = Uint8Array.from({ length: n }, (_, i) => (getBit(standing, i) ? 0 : getBit(clean, i) ? 1 : 2));
  return <PointMap title="Each point of the challenge, and whether it stands" kinds={kinds} points={points} />;
}
