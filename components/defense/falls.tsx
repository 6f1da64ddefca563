import Link from "next/link";
import { SameAsTable } from "#components/charts/same-as-table.tsx";
import { StepChart } from "#components/charts/step-chart.tsx";
import { count, countOf, percent } from "#components/ui/numbers.ts";
import { Scroller } from "#components/ui/scroller.tsx";
import { Time } from "#components/ui/time.tsx";

interface Fall {
  at: Date;
  taken: number;
  standing: number;
  /** Null for the clean points. */
  by: { name: string } | null;
  evaluation: string | null;
}

interface Props {
  falls: readonly Fall[];
  /** When attacks took nothing. */
  quiet: readonly Date[];
  n: number;
  claim: number;
  thresholds: { weakened: number; broken: number; collapsed: number };
  now: Date;
}

/** How the robust accuracy fell: a chart, and the same as a table. */
export function Falls({ falls, quiet, n, claim, thresholds, now }: Props) {
  const first = falls[0];
  const last = falls.at(-1);
  if (!first || !last || n === 0) return <p className="text-quiet">Nothing has been measured yet.</p>;
  const description = `It starts at ${percent(first.standing / n)} when clean and stands at ${percent(last.standing / n)} after ${countOf(falls.length - 1, "fall")}; ${countOf(quiet.length, "attack")} took nothing; the claim is ${percent(claim)}.`;
  return (
    <>
      <Scroller label="Chart of the falls">
        <StepChart
          title="Robust accuracy over time"
          description={description}
          steps={falls.map((fall) => ({ at: fall.at, value: fall.standing / n, by: linkOf(fall) }))}
          quiet={quiet}
          until={now}
          claim={claim}
          thresholds={Object.entries(thresholds).map(([name, value]) => ({ name, value }))}
        />
      </Scroller>
      <SameAsTable
        caption="Every evaluation that took points, oldest first"
        heads={["When", "Measured with", "Taken", "Robust accuracy"]}
        figures={["Taken", "Robust accuracy"]}
        rows={falls.map(({ at, by, evaluation, taken, standing }) => ({
          key: `${at.getTime()} ${standing}`,
          cells: [
            <Time key="at" at={at} />,
            <Measured key="by" by={by} evaluation={evaluation} />,
            count(taken),
            percent(standing / n),
          ],
        }))}
      />
    </>
  );
}

function Measured({ by, evaluation }: Pick<Fall, "by" | "evaluation">) {
  const name = <bdi>{by?.name ?? "the clean points"}</bdi>;
  if (evaluation === null) return name;
  return (
    <Link href={`/evaluations/${evaluation}`} prefetch={false}>
      {name}
    </Link>
  );
}

function linkOf({ by, taken, evaluation }: Fall) {
  if (by === null || evaluation === null) return undefined;
  return { name: `${by.name} took ${countOf(taken, "point")}`, href: `/evaluations/${evaluation}` };
}
