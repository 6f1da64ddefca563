import Link from "next/link";
import { paperId } from "#archive/paper-id.ts";
import type { ArchiveRecord, ArchiveResult } from "#archive/record.ts";
import { ArxivLink, asGiven, NotVerified } from "#components/archive/figures.tsx";
import { address } from "#components/table/address.ts";
import type { Cell } from "#components/table/data-table.tsx";

interface Row {
  record: ArchiveRecord;
  result: ArchiveResult;
  broke: boolean;
}

const defense: Cell<Row> = {
  key: "defense",
  draw: ({ record }) => (
    <Link href={`/archive/${record.id}`} prefetch={false}>
      {record.name}
    </Link>
  ),
};

const own: readonly Cell<Row>[] = [
  { key: "date", draw: ({ result }) => <span className="num">{result.date}</span> },
  { key: "name", heads: true, draw: ({ result }) => <Named result={result} /> },
  { key: "technique", draw: ({ result }) => <Technique result={result} /> },
  { key: "kind", draw: ({ result }) => <span className="whitespace-nowrap">{result.kind}</span> },
  { key: "accuracy", right: true, draw: ({ result, broke }) => <Left result={result} broke={broke} /> },
  { key: "source", draw: ({ result }) => <Source result={result} /> },
];

/** How results of one record are drawn, and how those of many are. */
export const recordResultCells: readonly Cell<Row>[] = own;
export const resultCells: readonly Cell<Row>[] = [own[0]!, defense, ...own.slice(1)];

function Named({ result }: { result: ArchiveResult }) {
  return (
    <div className="min-w-48 space-y-0.5">
      <Link href={`/archive/papers/${paperId(result)}`} prefetch={false}>
        {result.name}
      </Link>
      <div className="font-normal text-[0.8125rem] text-quiet">
        {result.authors}, {result.year}
        {result.arxiv !== null && (
          <>
            {" · "}
            <ArxivLink id={result.arxiv} verified={result.arxivVerified} />
          </>
        )}
      </div>
    </div>
  );
}

function Technique({ result: { technique } }: { result: ArchiveResult }) {
  return (
    <div className="min-w-48">
      <Link href={address("/archive/results", {}, { technique })} prefetch={false} className="text-inherit">
        {technique}
      </Link>
    </div>
  );
}

function Left({ result, broke }: { result: ArchiveResult; broke: boolean }) {
  const { resultingRobustAccuracy: value, otherMetric, verified } = result;
  return (
    <>
      {value === null ? <span className="text-quiet">no figure</span> : <span className="num">{asGiven(value)}</span>}
      {Object.entries(otherMetric ?? {}).map(([name, other]) => (
        <div key={name} className="whitespace-nowrap text-[0.8125rem] text-quiet">
          {name} <span className="num">{other}</span>
        </div>
      ))}
      {broke && <div className="whitespace-nowrap text-[0.8125rem] text-broken">broke it</div>}
      {!verified && <NotVerified />}
    </>
  );
}

function Source({ result: { source, note } }: { result: ArchiveResult }) {
  return (
    <div className="min-w-56 space-y-1 text-[0.8125rem]">
      <div className="break-words">{source}</div>
      {note !== undefined && <div className="text-quiet">Note: {note}</div>}
    </div>
  );
}
