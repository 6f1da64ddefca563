import type { Distance } from "#contest/admissible.ts";
import type { Arena } from "#contest/challenge.ts";

/** How far an attack's admissible rows lie from their points; distances in input units, histogram edges too. */
export interface DistanceFacts {
  /** Minimum, lower quartile, median, upper quartile, maximum. */
  quantiles: Record<keyof Distance, number[]>;
  /** Of the challenge's own norm, from 0 to its radius. */
  histogram: { norm: Arena["norm"]; edges: number[]; counts: number[] };
}

const BINS = 20;

export function describeDistances(distances: Distance[], arena: Arena): DistanceFacts {
  const key = arena.norm.toLowerCase() as keyof Distance;
  const edges = Array.from({ length: BINS + 1 }, (_, i) => (arena.epsilon * i) / BINS);
  const counts = new Array<number>(BINS).fill(0);
  for (const distance of distances)
    counts[Math.max(0, Math.min(BINS - 1, Math.ceil((distance[key] / arena.epsilon) * BINS - 1e-6) - 1))]!++;
  return {
    quantiles: {
      linf: quantiles(distances.map((d) => d.linf)),
      l2: quantiles(distances.map((d) => d.l2)),
      l1: quantiles(distances.map((d) => d.l1)),
      l0: quantiles(distances.map((d) => d.l0)),
    },
    histogram: { norm: arena.norm, edges, counts },
  };
}

function quantiles(values: number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return [0, 0.25, 0.5, 0.75, 1].map((q) => sorted[Math.round(q * (sorted.length - 1))] ?? 0);
}
