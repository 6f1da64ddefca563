import Link from "next/link";
import { Note } from "#components/ui/note.tsx";
import { count, countOf, percent } from "#components/ui/numbers.ts";
import { Scroller } from "#components/ui/scroller.tsx";
import { type Meeting, meetingsOf, type Result, resultOf } from "#data/results.ts";
import type { SubmissionRow } from "#data/submissions.ts";

/** What came of a scored submission, with the way to its own page and to what it met. */
export async function Outcome({ row }: { row: SubmissionRow }) {
  const result = resultOf(row);
  if (!result) return null;
  const meetings = await meetingsOf(row.id, row.kind);
  return (
    <div className="space-y-6">
      <Numbers kind={row.kind} result={result} />
      {result.unrankedBecause && <Note>Listed, not ranked: {result.unrankedBecause}.</Note>}
      <p>
        <Link href={`/${row.kind}s/${row.id}`} className="button button-primary">
          The {row.kind}'s page
        </Link>
      </p>
      <Meetings meetings={meetings} other={row.kind === "defense" ? "attack" : "defense"} />
    </div>
  );
}

function Numbers({ kind, result }: { kind: SubmissionRow["kind"]; result: Result }) {
  const facts: [string, string][] =
    kind === "attack"
      ? [
          ["Success", percent(result.success ?? 0)],
          ["Rows that count", `${count(result.admissible ?? 0)} of ${count(result.rows ?? 0)}`],
        ]
      : [
          ["Robust accuracy", percent(result.robustAccuracy ?? 0)],
          ["95 % interval", `${percent(result.interval?.[0] ?? 0)} to ${percent(result.interval?.[1] ?? 1)}`],
          ["Clean accuracy", percent(result.cleanAccuracy ?? 0)],
          ["Holdout", result.holdoutAccuracy === null ? "not measured" : percent(result.holdoutAccuracy, 0)],
          ["Points", count(result.n)],
        ];
  return (
    <dl className="flex flex-wrap gap-x-10 gap-y-3">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt className="text-[0.8125rem] text-quiet">{name}</dt>
          <dd className="num text-xl">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Meetings({ meetings, other }: { meetings: Meeting[]; other: "attack" | "defense" }) {
  if (meetings.length === 0) return <p className="text-quiet">It has met no {other} yet.</p>;
  return (
    <section aria-labelledby="evaluations" className="space-y-2">
      <h2 id="evaluations">{countOf(meetings.length, "evaluation")}</h2>
      <Scroller label="Table of evaluations">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{other === "attack" ? "Measured with" : "Defense"}</th>
              <th scope="col" className="right">
                Attacked
              </th>
              <th scope="col" className="right">
                Broken
              </th>
              <th scope="col" className="right">
                Fraction
              </th>
              <th scope="col" className="right">
                Invalid answers
              </th>
            </tr>
          </thead>
          <tbody>
            {meetings.map((meeting) => (
              <tr key={`${meeting.kind} ${meeting.id ?? meeting.name} ${meeting.evaluatorVersion}`}>
                <th scope="row">
                  {meeting.id ? <Link href={`/${other}s/${meeting.id}`}>{meeting.name}</Link> : meeting.name}
                </th>
                <td className="num right">{count(meeting.attacked)}</td>
                <td className="num right">{count(meeting.broken)}</td>
                <td className="num right">
                  {meeting.attacked === 0 ? "–" : percent(meeting.broken / meeting.attacked)}
                </td>
                <td className="num right">{count(meeting.invalid)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </section>
  );
}
