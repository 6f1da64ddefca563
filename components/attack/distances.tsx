import { Histogram } from "#components/charts/histogram.tsx";
import { Scroller } from "#components/ui/scroller.tsx";
import type { Norm } from "#contest/threat-model.ts";

interface Props {
  distances: {
    quantiles: Record<"linf" | "l2" | "l1" | "l0", number[]>;
    histogram: { norm: Norm; edges: number[]; counts: number[] };
  };
  grid: number | null;
}

const names = { linf: "L∞", l2: "L2", l1: "L1", l0: "L0" } as const;

/** How far the examples lie from their points: a histogram in the challenge's norm, quantiles in every norm. */
export function DistancesView({ distances: { quantiles, histogram }, grid }: Props) {
  const { norm, edges, counts } = histogram;
  const inSteps = norm === "Linf" && grid !== null;
  const name = names[norm.toLowerCase() as keyof typeof names];
  return (
    <div className="grid gap-x-10 gap-y-6 lg:grid-cols-2">
      <Histogram
        title={`Distances of the admissible rows, ${name}`}
        unit={inSteps ? `${name} distance in steps of 1/${grid}` : `${name} distance`}
        edges={inSteps ? edges.map((edge) => +(edge * grid).toFixed(6)) : edges}
        counts={counts}
      />
      <Scroller label="Quantiles of the distances">
        <table className="table">
          <caption className="sr-only">Quantiles of the distances in input units</caption>
          <thead>
            <tr>
              <th scope="col">Norm</th>
              {["Least", "Quartile", "Median", "Quartile", "Largest"].map((head, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: five fixed heads, two of one name
                <th key={i} scope="col" className="right">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.entries(names).map(([key, name]) => (
              <tr key={key}>
                <th scope="row">{name}</th>
                {quantiles[key as keyof typeof names].map((value, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: quantiles are told apart by their place
                  <td key={i} className="right num">
                    {+value.toPrecision(4)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </div>
  );
}
