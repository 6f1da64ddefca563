import Link from "next/link";
import { StepChart } from "#components/charts/step-chart.tsx";
import { count, countOf, percent } from "#components/ui/numbers.ts";
import { Scroller } from "#components/ui/scroller.tsx";
import { Time } from "#components/ui/time.tsx";

interface Props {
  falls: readonly {
    evaluationId: string;
    at: Date;
    taken: number;
    standing: number;
    by: { name: string; attack: { id: string } | null };
  }[];
  n: number;
  claim: number;
  thresholds: { weakened: number; broken: number; collapsed: number };
  now: Date;
}

/** How the robust accuracy fell: a chart, and the same as a table. */
export function Falls({ falls, n, claim, thresholds, now }: Props) {
  const first = falls[0];
  const last = falls.at(-1);
  if (!first || !last || n === 0) return <p className="text-quiet">Nothing has been measured yet.</p>;
  const description = `It starts at ${percent(first.standing / n)} when clean and stands at ${percent(last.standing / n)} after ${countOf(falls.length - 1, "fall")}; the claim is ${percent(claim)}.`;
  return (
    <>
      <Scroller label="Chart of the falls">
        <StepChart
          title="Robust accuracy over time"
          description={description}
          steps={falls.map(({ at, standing }) => ({ at, value: standing / n }))}
          until={now}
          claim={claim}
          thresholds={Object.entries(thresholds).map(([name, value]) => ({ name, value }))}
        />
      </Scroller>
      <details>
        <summary className="cursor-pointer text-[0.875rem] text-quiet">The same as a table</summary>
        <table className="table mt-2 max-w-[44rem]">
          <caption className="sr-only">Every evaluation that took points, oldest first</caption>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Measured with</th>
              <th scope="col" className="right">
                Taken
              </th>
              <th scope="col" className="right">
                Robust accuracy
              </th>
            </tr>
          </thead>
          <tbody>
            {falls.map(({ evaluationId, at, by, taken, standing }) => (
              <tr key={evaluationId}>
                <td>
                  <Time at={at} />
                </td>
                <td>
                  <Link href={`/evaluations/${evaluationId}`} prefetch={false}>
                    <bdi>{by.name}</bdi>
                  </Link>
                </td>
                <td className="right num">{count(taken)}</td>
                <td className="right num">{percent(standing / n)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
