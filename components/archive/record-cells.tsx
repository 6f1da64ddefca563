import Link from "next/link";
import { claimedAccuracy, lowestResult } from "#archive/outcome.ts";
import type { ArchiveRecord } from "#archive/record.ts";
import { asGiven, NotVerified } from "#components/archive/figures.tsx";
import { StatusBadge } from "#components/archive/status-badge.tsx";
import { threatName } from "#components/archive/threat.ts";
import { address } from "#components/table/address.ts";
import type { Cell } from "#components/table/data-table.tsx";

/** Where the archive shows only what has that value. */
export function archiveWith(key: string, value: string | number): string {
  return address("/archive", {}, { [key]: value });
}

/** How the archive's table draws its columns. */
export const recordCells: readonly Cell<ArchiveRecord>[] = [
  {
    key: "name",
    heads: true,
    draw: ({ id, name }) => (
      <Link href={`/archive/${id}`} prefetch={false}>
        {name}
      </Link>
    ),
  },
  { key: "authors" },
  { key: "year", draw: ({ paper }) => <span className="num">{paper.year}</span> },
  { key: "category" },
  { key: "dataset" },
  { key: "norm", draw: ({ threatModel }) => <span className="whitespace-nowrap">{threatName(threatModel)}</span> },
  { key: "claimed", right: true, draw: (record) => <Claimed record={record} /> },
  { key: "lowest", right: true, draw: (record) => <Lowest record={record} /> },
  { key: "status", draw: ({ status }) => <StatusBadge status={status} /> },
  { key: "results", right: true },
];

function Claimed({ record }: { record: ArchiveRecord }) {
  const claimed = claimedAccuracy(record);
  if (claimed === null) return <span className="text-quiet">no figure</span>;
  return (
    <>
      <span className="num">{asGiven(claimed)}</span>
      {!record.claim.verified && <NotVerified />}
    </>
  );
}

function Lowest({ record }: { record: ArchiveRecord }) {
  const lowest = lowestResult(record);
  if (lowest === null) return <span className="text-quiet">no figure</span>;
  return (
    <>
      <span className="num">{asGiven(lowest.resultingRobustAccuracy!)}</span>
      {!lowest.verified && <NotVerified />}
    </>
  );
}
