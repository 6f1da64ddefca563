import Link from "next/link";
import { type RecordEntry, RecordSentence } from "#components/defense/record-list.tsx";
import type { Cell } from "#components/table/data-table.tsx";
import { percent } from "#components/ui/numbers.ts";
import { Time } from "#components/ui/time.tsx";

type Row = RecordEntry & { n: number; evaluation: string | null };

/** How a defense's history draws its columns. */
export const historyCells = (claim: number): readonly Cell<Row>[] => [
  { key: "at", draw: ({ at }) => <Time at={at} /> },
  { key: "kind", heads: true, draw: (row) => <RecordSentence record={row} n={row.n} claim={claim} /> },
  { key: "taken", right: true, draw: ({ taken }) => <span className="num">{taken ?? ""}</span> },
  { key: "robust", right: true, draw: (row) => <Robust {...row} /> },
  { key: "version" },
];

function Robust({ standingAfter, n, evaluation }: Row) {
  if (standingAfter === null || n === 0) return null;
  const robust = <span className="num">{percent(standingAfter / n)}</span>;
  if (evaluation === null) return robust;
  return (
    <Link href={`/evaluations/${evaluation}`} prefetch={false}>
      {robust}
    </Link>
  );
}
