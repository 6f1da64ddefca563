import Link from "next/link";
import { SameAsTable } from "#components/charts/same-as-table.tsx";
import { StepChart } from "#components/charts/step-chart.tsx";
import { countOf, percent } from "#components/ui/numbers.ts";
import { Scroller } from "#components/ui/scroller.tsx";
import { Time } from "#components/ui/time.tsx";

interface Lead {
  at: Date;
  defense: { id: string; name: string } | null;
  /** A fraction of the points; null where nobody was ranked. */
  robust: number | null;
}

interface Props {
  frontier: readonly Lead[];
  /** The page's JSON, which has all of it. */
  json: string;
  thresholds: Record<string, number>;
  until: Date;
}

/** So many of the latest changes are named; more marks would lie on one another. */
const NAMED = 50;

/** Which robust accuracy led the challenge when: a chart, and its latest changes as a table. */
export function Frontier({ frontier, json, thresholds, until }: Props) {
  const last = frontier.at(-1);
  if (!last) return <p className="text-quiet">No defense has been ranked yet.</p>;
  const named = frontier.slice(-NAMED);
  const unnamed = frontier.length - named.length;
  const now = last.robust === null ? "nobody leads" : `${percent(last.robust)} leads`;
  return (
    <>
      <Scroller label="Chart of the frontier">
        <StepChart
          title="Robust accuracy of the leader over time"
          description={`It changed ${countOf(frontier.length - 1, "time")}; at the end ${now}.`}
          steps={frontier.map(({ at, defense, robust }, i) => ({
            ...{ at, value: robust ?? 0 },
            by: i < unnamed ? undefined : linkOf(defense),
          }))}
          until={until}
          thresholds={Object.entries(thresholds).map(([name, value]) => ({ name, value }))}
        />
      </Scroller>
      <SameAsTable
        caption="Who led the challenge, oldest first"
        heads={["From", "Leader", "Robust accuracy"]}
        figures={["Robust accuracy"]}
        rows={named.map(({ at, defense, robust }) => ({
          key: `${at.getTime()} ${defense?.id}`,
          cells: [
            <Time key="at" at={at} />,
            defense === null ? "nobody" : <Leader key="leader" {...defense} />,
            robust === null ? "–" : percent(robust),
          ],
        }))}
      />
      {unnamed > 0 && (
        <p className="text-[0.875rem] text-quiet">
          The latest {NAMED} changes are named; all {frontier.length} are in <a href={json}>the JSON</a>.
        </p>
      )}
    </>
  );
}

function Leader({ id, name }: { id: string; name: string }) {
  return (
    <Link href={`/defenses/${id}`} prefetch={false}>
      <bdi>{name}</bdi>
    </Link>
  );
}

const linkOf = (defense: Lead["defense"]) =>
  defense === null ? undefined : { name: `${defense.name} leads`, href: `/defenses/${defense.id}` };
