import { type PointKind, PointMap } from "#components/charts/point-map.tsx";
import { getBit } from "#contest/bits.ts";

const kinds: readonly PointKind[] = [
  { name: "held", colour: "var(--color-standing)", weight: 0.8 },
  { name: "broken", colour: "var(--color-broken)", weight: 0.4 },
  { name: "wrong without an attack, or not attacked", colour: "var(--color-strong)", weight: 0.14 },
];
const fallen: PointKind = { name: "had fallen before", colour: "var(--color-weakened)", weight: 0.27 };

interface Props {
  n: number;
  bits: Uint8Array;
  clean: Uint8Array;
  /** Points that were attacked; null means all of them. */
  attacked: Uint32Array | null;
  /** Of an attack that is run on what still stands: the points that stood before it; null for others. */
  stood: Uint8Array | null;
}

/** One evaluation point by point. */
export function VerdictMap({ n, bits, clean, attacked, stood }: Props) {
  const points = new Uint8Array(n).fill(attacked === null ? 0 : 2);
  for (const point of attacked ?? []) points[point] = 0;
  for (let i = 0; i < n; i++) {
    if (!getBit(clean, i)) points[i] = 2;
    else if (!getBit(bits, i)) points[i] = 1;
    else if (stood && !getBit(stood, i)) points[i] = 3;
  }
  return (
    <PointMap
      title="Each point, and what the attack did to it"
      kinds={stood ? [...kinds, fallen] : kinds}
      points={points}
    />
  );
}
