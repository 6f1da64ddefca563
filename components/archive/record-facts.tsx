import Link from "next/link";
import { claimedAccuracy } from "#archive/outcome.ts";
import type { ArchiveRecord } from "#archive/record.ts";
import { slugOf } from "#archive/slug.ts";
import { ArxivLink, asGiven, NotVerified } from "#components/archive/figures.tsx";
import { archiveWith } from "#components/archive/record-cells.tsx";
import { threatName } from "#components/archive/threat.ts";
import { type Accepted, Corrected } from "#components/correction/corrected.tsx";

/** What a record says of the defense itself: its paper, its kind, what it withstands and what it claims, each with its corrections. */
export function RecordFacts({ record, corrections }: { record: ArchiveRecord; corrections: readonly Accepted[] }) {
  const { paper, category, dataset, threatModel } = record;
  const corrected = (...fields: string[]) =>
    fields.map((field) => <Corrected key={field} corrections={corrections} of={field} />);
  return (
    <dl className="facts max-w-[68rem]">
      <dt>Paper</dt>
      <dd>
        <cite>{paper.title}</cite>, <Link href={archiveWith("author", paper.authors)}>{paper.authors}</Link>,{" "}
        {paper.venue}
        {paper.arxiv !== null && (
          <>
            , <ArxivLink id={paper.arxiv} verified={paper.arxivVerified} />
          </>
        )}
        {corrected("title", "authors", "venue", "arxiv")}
      </dd>
      <dt>Year</dt>
      <dd>
        <Link href={archiveWith("year", paper.year)}>{paper.year}</Link>
        {corrected("year")}
      </dd>
      <dt>Category</dt>
      <dd>
        <Link href={archiveWith("category", category)}>{category}</Link>
        {"; "}
        <Link href={`/lessons/${slugOf(category)}`}>what these teach</Link>
        {corrected("category")}
      </dd>
      <dt>Data set</dt>
      <dd>
        {dataset}
        {corrected("dataset")}
      </dd>
      <dt>Threat model</dt>
      <dd>
        {threatName(threatModel)}; {threatModel.access}
        {threatModel.note !== undefined && <span className="text-quiet"> ({threatModel.note})</span>}
        {corrected("threat-model")}
      </dd>
      <dt>Claim</dt>
      <dd>
        <Claim record={record} />
        {corrected("claim", "claim-date")}
      </dd>
    </dl>
  );
}

function Claim({ record }: { record: ArchiveRecord }) {
  const { metric, value, robustAccuracyEquivalent, date, verified, source, note } = record.claim;
  return (
    <>
      {metric}: {value === null ? "no figure" : <span className="num">{asGiven(value)}</span>}
      {robustAccuracyEquivalent !== undefined && (
        <>
          , which is a robust accuracy of <span className="num">{asGiven(robustAccuracyEquivalent)}</span>
        </>
      )}
      , {date}
      {!verified && <NotVerified />}
      {claimedAccuracy(record) === null && value !== null && (
        <div className="text-[0.875rem] text-quiet">
          Not an accuracy: later results cannot be set against it directly.
        </div>
      )}
      {source !== undefined && <div className="text-[0.875rem] text-quiet">Read in: {source}</div>}
      {note !== undefined && <div className="text-[0.875rem] text-quiet">Note: {note}</div>}
    </>
  );
}
