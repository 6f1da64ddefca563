import Link from "next/link";
import { Empty } from "#components/ui/empty.tsx";
import { count } from "#components/ui/numbers.ts";
import { Scroller } from "#components/ui/scroller.tsx";
import { Time } from "#components/ui/time.tsx";
import type { QueuedRow, QueueView } from "#data/queue-view.ts";

const LANES: Record<string, string> = {
  evaluate: "Evaluation",
  quick: "Gauntlet, quick",
  full: "Gauntlet, full",
  beyond: "Curve, corruptions, holdout",
};

/** What evaluators do and will do next, in the order in which they take it. */
export function Queue({ rows, total }: QueueView) {
  return (
    <section aria-labelledby="queue" className="space-y-3">
      <h2 id="queue">Queue</h2>
      <p className="text-quiet">
        Submissions go before the gauntlet, its quick tier before the full one; the higher priority goes first.
        Everybody&apos;s first submission to a challenge goes before anybody&apos;s second, and challenges take turns.
      </p>
      {rows.length === 0 ? (
        <Empty>Nothing waits and nothing runs.</Empty>
      ) : (
        <>
          <Scroller label="Table of jobs">
            <table className="table">
              <thead>
                <tr>
                  {["What", "Of", "Challenge", "Author", "State", "Priority", "Since", "Version"].map((head) => (
                    <th key={head} scope="col" className={head === "Priority" ? "right" : ""}>
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <Job key={row.id} row={row} />
                ))}
              </tbody>
            </table>
          </Scroller>
          {total > rows.length && (
            <p className="text-quiet">
              {count(rows.length)} of {count(total)} jobs: those that come next.
            </p>
          )}
        </>
      )}
    </section>
  );
}

function Job({ row }: { row: QueuedRow }) {
  const part = row.shard === null ? "" : `, part ${row.shard + 1}`;
  return (
    <tr>
      <th scope="row">
        {LANES[row.lane] ?? row.lane}
        {part}
      </th>
      <td>
        <Link href={`/submissions/${row.submissionId}`}>{row.name}</Link> ({row.kind})
      </td>
      <td>
        <Link href={`/challenges/${row.challenge}`}>{row.challenge}</Link>
      </td>
      <td>
        <Link href={`/people/${row.author}`}>{row.author}</Link>
      </td>
      <td>
        {row.running ? "running" : "waiting"}
        {row.retries > 0 && `, try ${row.retries + 1}`}
      </td>
      <td className="num right">{count(row.priority)}</td>
      <td>
        <Time at={row.since} />
      </td>
      <td>{row.version === null ? "any" : <code>{row.version}</code>}</td>
    </tr>
  );
}
