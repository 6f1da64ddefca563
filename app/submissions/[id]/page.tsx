import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { LiveSubmission, Log } from "#components/forms/live-submission.tsx";
import { ProblemList } from "#components/forms/problem-list.tsx";
import { Note } from "#components/ui/note.tsx";
import { bytes } from "#components/ui/numbers.ts";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Time } from "#components/ui/time.tsx";
import { getViewer } from "#data/session.ts";
import {
  findSubmission,
  isOver,
  logOf,
  ownOrOrganized,
  problemsOfRow,
  progressOf,
  type SubmissionRow,
} from "#data/submissions.ts";
import { Outcome } from "./outcome.tsx";
import { OwnActions } from "./own-actions.tsx";

export const metadata: Metadata = { title: "Submission" };

type Props = { params: Promise<{ id: string }> };

export default async function SubmissionPage({ params }: Props) {
  const viewer = await getViewer();
  const row = await findSubmission(viewer, (await params).id);
  if (!row) notFound();
  const lines = (await logOf(row.id)).map(({ id, at, ...line }) => ({ ...line, id: String(id), at: at.toISOString() }));
  const over = isOver(row.state);
  return (
    <>
      {!over && (
        <noscript>
          <meta httpEquiv="refresh" content="5" />
        </noscript>
      )}
      <PageTitle
        trail={[
          { href: "/challenges", name: "Challenges" },
          { href: `/challenges/${row.challenge.slug}`, name: row.challenge.title },
        ]}
        actions={viewer?.id === row.personId && <OwnActions row={row} />}
      >
        {row.name}
      </PageTitle>
      <div className="space-y-8">
        {over ? <Over row={row} /> : <LiveSubmission id={row.id} progress={await progressOf(row)} log={lines} />}
        {over && <Log lines={lines} />}
        <Upload row={row} attempt={ownOrOrganized(viewer, row)} />
      </div>
    </>
  );
}

function Over({ row }: { row: SubmissionRow }) {
  if (row.state === "scored") return <Outcome row={row} />;
  if (row.state === "failed")
    return (
      <Note tone="warning">
        This failed on our side, not on yours, and spent no attempt. Submit it again; if that fails too, tell the
        organizers the reference <code>{row.failure}</code>.
      </Note>
    );
  return (
    <div className="space-y-4">
      <ProblemList title={`This ${row.kind} was refused.`} problems={problemsOfRow(row)} />
      <p>
        {row.attempt === "free-rejection"
          ? "It was refused before it ran, so it spent no attempt."
          : "It ran, so it spent one attempt."}{" "}
        <Link href={`/challenges/${row.challenge.slug}/submit/${row.kind}`}>Submit another</Link>.
      </p>
    </div>
  );
}

const ATTEMPTS: Record<string, string> = {
  pending: "held until this is decided",
  spent: "spent",
  "free-rejection": "none spent",
  refunded: "given back",
};

function Upload({ row, attempt }: { row: SubmissionRow; attempt: boolean }) {
  return (
    <section aria-labelledby="upload">
      <h2 id="upload">Upload</h2>
      <dl className="facts mt-2 text-[0.875rem]">
        <dt>File</dt>
        <dd>
          {row.uploadName}, <span className="num">{bytes(Number(row.uploadBytes))}</span>
        </dd>
        <dt>SHA-256</dt>
        <dd>
          <code>{row.uploadSha}</code>
        </dd>
        <dt>Received</dt>
        <dd>
          <Time at={row.receivedAt} />
        </dd>
        <dt>By</dt>
        <dd>
          <Link href={`/people/${row.person.handle}`}>{row.person.name}</Link>
        </dd>
        {attempt && (
          <>
            <dt>Attempt</dt>
            <dd>{ATTEMPTS[row.attempt] ?? row.attempt}</dd>
          </>
        )}
        <dt>As data</dt>
        <dd>
          <a href={`/api/v1/submissions/${row.id}`}>
            <code>/api/v1/submissions/{row.id}</code>
          </a>
        </dd>
      </dl>
    </section>
  );
}
