import Link from "next/link";
import { Empty } from "#components/ui/empty.tsx";
import { count } from "#components/ui/numbers.ts";
import { Scroller } from "#components/ui/scroller.tsx";
import type { Cause } from "#data/operations.ts";

/** Why submissions ended without a score, by cause. */
export function Causes({ rows }: { rows: Cause[] }) {
  return (
    <section aria-labelledby="causes" className="space-y-3">
      <h2 id="causes">Refused and failed in the last seven days</h2>
      {rows.length === 0 ? (
        <Empty>None.</Empty>
      ) : (
        <Scroller label="Table of causes" className="max-w-[40rem]">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Cause</th>
                <th scope="col">Whose</th>
                <th scope="col" className="right">
                  Submissions
                </th>
                <th scope="col">Latest</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.state} ${row.cause}`}>
                  <th scope="row">
                    <code>{row.cause}</code>
                  </th>
                  <td className={row.state === "failed" ? "text-broken" : ""}>
                    {row.state === "failed" ? "ours" : "theirs"}
                  </td>
                  <td className="num right">{count(row.count)}</td>
                  <td>
                    <Link href={`/submissions/${row.latestId}`}>{row.latestId}</Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroller>
      )}
    </section>
  );
}
