import type { Metadata } from "next";
import Link from "next/link";
import { Pager } from "#components/table/pager.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { percent } from "#components/ui/numbers.ts";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Scroller } from "#components/ui/scroller.tsx";
import { Time } from "#components/ui/time.tsx";
import { requireViewer } from "#data/require-viewer.ts";
import { type OwnSubmission, ownSubmissions } from "#data/submissions.ts";

export const metadata: Metadata = { title: "My submissions" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SubmissionsPage({ searchParams }: Props) {
  const viewer = await requireViewer("/submissions");
  const given = await searchParams;
  const page = Math.min(10_000, Math.max(1, Number.parseInt(String(given.page), 10) || 1));
  const { rows, total, size } = await ownSubmissions(viewer, page);
  return (
    <>
      <PageTitle>My submissions</PageTitle>
      {total === 0 ? (
        <Empty>
          You have not submitted anything yet. Choose a <Link href="/challenges">challenge</Link>, take its points and a
          baseline, and try to break it.
        </Empty>
      ) : (
        <div className="space-y-4">
          <Scroller label="My submissions">
            <SubmissionTable rows={rows} />
          </Scroller>
          <Pager path="/submissions" given={given} page={page} size={size} total={total} of="submissions" />
        </div>
      )}
    </>
  );
}

function SubmissionTable({ rows }: { rows: OwnSubmission[] }) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Kind</th>
          <th scope="col">Challenge</th>
          <th scope="col">State</th>
          <th scope="col" className="right">
            Result
          </th>
          <th scope="col">Received</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">
              <Link href={`/submissions/${row.id}`}>{row.name}</Link>
            </th>
            <td>{row.kind}</td>
            <td>
              <Link href={`/challenges/${row.challenge.slug}`}>{row.challenge.title}</Link>
            </td>
            <td>{stateOf(row)}</td>
            <td className="num right">{row.score === null ? "–" : percent(row.score)}</td>
            <td>
              <Time at={row.receivedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function stateOf({ state, problem, withdrawn, ranked, unranked }: OwnSubmission): string {
  if (withdrawn) return "withdrawn";
  if (state === "rejected") return `refused: ${problem ?? "see its page"}`;
  if (ranked === true) return "scored, in the ranking";
  return unranked ? `scored, not ranked: ${unranked}` : state;
}
